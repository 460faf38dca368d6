"""The demonstration's consortium with all that it has put on the ledger, its nodes running and serving their consoles."""

import contextlib
import csv
import json
import os
import pathlib
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build" / "debug" / "zhenglian"
INPUT = ROOT / "Demo"
# A licence of the table that has a file.
DOCUMENT = INPUT / "files" / "001-1-20241217000001.pdf"
DOCUMENT_IDENTIFIER = "1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20241217000001.001.Y"
# The one that the story issues by hand: the only one of its transaction.
ISSUED_IDENTIFIER = "1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20260901900001.001.U"
# The enterprise that the story opens and ends.
ENTERPRISE = ("001", "91659902MAMK11LC5X")
PAPERS = ["application-form", "articles", "office-documents", "address-proof", "name-declaration"]
# For the story, which takes a minute, and for nodes to start, on a machine that is busy with something else.
STORY_SECONDS, START_SECONDS = 900, 120


class StoryFailure(Exception):
    """The consortium did not do what it has to."""


class Node:
    """One department's node, and its process while it runs."""

    def __init__(self, told):
        self.department = told["department"]
        self.address = told["address"]
        self.console = told["console"].rstrip("/")
        self.directory = pathlib.Path(told["directory"])
        self.data = self.directory / "data"
        self.process = None


class Story:
    """Founded and told by `zhenglian demo`; afterwards its nodes are started by hand, as its departments would."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.genesis = self.directory / "genesis.der"
        self.environment = {**os.environ, "LC_ALL": "C"}
        self.nodes = {}

    def tell(self):
        """Has the demonstration make everything; its own nodes end with it."""
        told = self.run("demo", "--once", "--input", INPUT, "--directory", self.directory, seconds=STORY_SECONDS)
        if not told["holds"]:
            raise StoryFailure(f"the story does not hold: {[step for step in told['steps'] if not step['ok']]}")
        self.nodes = {node["department"]: Node(node) for node in told["nodes"]}

    def run(self, *words, seconds=120, given=None):
        """What a command answers."""
        command = [str(PROGRAM), *map(str, words), "--json"]
        ended = subprocess.run(
            command, env=self.environment, input=given, stdin=None if given else subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds, check=False)
        if ended.returncode != 0:
            raise StoryFailure(f"{' '.join(command[1:])} ended with {ended.returncode}: {ended.stderr}{ended.stdout}")
        return json.loads(ended.stdout)

    def ask(self, department, statement):
        """Rows of a node's read model, whether the node runs or not."""
        answer = self.run("ledger", "sql", statement, "--data", self.nodes[department].data)
        return [tuple(row) for row in answer["rows"]]

    def act(self, department, *words):
        """What a command answers that a department's client runs at its own node."""
        return self.run(
            *words, "--node", self.nodes[department].address, "--genesis", self.genesis, "--identity",
            self.directory / "clients" / department)

    def add_account(self, department, name, password, entitlements):
        file = self.nodes[department].data / "gateway" / "accounts.json"
        options = [word for entitlement in entitlements for word in ("--entitlement", entitlement)]
        self.run("gateway", "accounts", "add", name, "--file", file, *options, given=f"{password}\n")

    def open_case(self):
        """Another opening of the enterprise that the story has opened and ended: its code."""
        holder = self.run(
            "holder", "pseudonym", "--keys", self.directory / "work" / "pseudonyms.json", "--genesis", self.genesis,
            "--holder-code-type", ENTERPRISE[0], "--holder-code", ENTERPRISE[1])["pseudonyms"][0]
        folder = INPUT / "cases" / "opening"
        papers = [word for name in PAPERS for word in ("--paper", f"{name}={folder / name}.pdf")]
        return self.act(
            "data", "onething", "open", "enterprise-opening", "--subject", holder, "--option", "seal", "--option", "tax",
            "--items", folder / "items.json", *papers)["code"]

    def receipt_of(self, identifier):
        """The receipt of the transaction that has put a licence on the ledger, which the story has kept."""
        rows = self.ask("market", f"SELECT \"transaction\" FROM licences WHERE identifier = '{identifier}'")
        return self.directory / "receipts" / f"{rows[0][0]}.receipt"

    def names(self):
        """What is named in Chinese alone: departments, kinds of licences, and the law that people have named as a basis."""
        with open(INPUT / "licences.csv", encoding="utf-8-sig", newline="") as table:
            names = {row["certificate_type_name"] for row in csv.DictReader(table)}
        names |= {row[0] for row in self.ask("market", "SELECT DISTINCT basis FROM licences WHERE basis IS NOT NULL")}
        for file in (ROOT / "Definitions").glob("*.json"):
            names.add(json.loads(file.read_text("utf-8"))["basis"])
        shown = self.run("consortium", "show", "--genesis", self.genesis)
        return names | {department["title"] for department in shown["departments"]}

    # Processes

    def start(self, *departments):
        for department in departments:
            node = self.nodes[department]
            with open(node.directory / "node.log", "ab") as log:
                node.process = subprocess.Popen(
                    [str(PROGRAM), "node", "run", "--configuration", str(node.directory / "node.json")],
                    env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for department in departments:
            self.wait(lambda node=self.nodes[department]: self.standing(node), f"{department}'s console")

    def start_all(self):
        self.start(*self.nodes)
        for node in self.nodes.values():
            self.wait(lambda node=node: self.standing(node) == "inQuorum", f"{node.department} in the quorum")

    def kill(self, *departments):
        """Ends nodes without a word, as a loss of power does."""
        for department in departments:
            node = self.nodes[department]
            node.process.kill()
            node.process.wait(START_SECONDS)
            node.process = None

    def stop_all(self):
        running = [node for node in self.nodes.values() if node.process]
        for node in running:
            node.process.terminate()
        for node in running:
            try:
                node.process.wait(20)
            except subprocess.TimeoutExpired:
                node.process.kill()
                node.process.wait()
            node.process = None

    @staticmethod
    def standing(node):
        """What a node's console says of its standing; None while it does not answer."""
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{node.console}/console/state", timeout=10) as answer:
            return json.load(answer)["standing"]
        return None

    def wait(self, condition, what, seconds=START_SECONDS):
        """Waits until `condition` gives something true, and returns it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            for node in self.nodes.values():
                if node.process and node.process.poll() is not None:
                    log = (node.directory / "node.log").read_text(errors="replace")[-2000:]
                    raise StoryFailure(f"{node.department}'s node has ended with {node.process.returncode}: {log}")
            time.sleep(0.1)
        raise StoryFailure(f"{what} did not come within {seconds} s")

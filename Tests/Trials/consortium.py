"""A consortium of real processes in a temporary directory, founded by the commands that a person would type."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

DEPARTMENTS = ["market", "tax", "hrss", "data", "civil", "housing"]
ISSUER_CODE = "11650000MB1A0001XQ"


class TrialFailure(Exception):
    """The consortium did not do what it has to."""


def free_ports(count):
    """Ports of the loopback interface that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]


class Node:
    """One department's node: its place, and its process while it runs."""

    def __init__(self, department, address, directory, namespace):
        self.department = department
        self.address = address
        self.directory = directory
        self.namespace = namespace
        self.process = None

    @property
    def member(self):
        return f"{self.department}/validator/node"

    @property
    def reference(self):
        """How clients name it: a node that joined later does not stand in the genesis."""
        return f"{self.member}={self.address}"


class Consortium:
    """Departments with a node each; the first one issues licences, and its client makes the load."""

    def __init__(self, program, directory, count=4, network=None, spares=0, vaults=False, gateways=False):
        # Whether each node keeps a vault, beside its data.
        self.vaults = vaults
        # Whether each node serves HTTP, by TLS with its own certificate, and health and metrics beside.
        self.gateways = gateways
        self.program = str(pathlib.Path(program).resolve())
        self.directory = pathlib.Path(directory)
        self.genesis = str(self.directory / "genesis.der")
        ports = free_ports(count + spares)
        self.nodes = []
        for index, department in enumerate(DEPARTMENTS[:count + spares]):
            host = network.host(index) if network else "127.0.0.1"
            namespace = network.namespace(index) if network else None
            address = f"{host}:{7101 if network else ports[index]}"
            self.nodes.append(Node(department, address, self.directory / "nodes" / department, namespace))
        # Departments of the consortium whose nodes are no validators yet.
        self.spares = self.nodes[count:]
        self.nodes = self.nodes[:count]
        self.environment = {**os.environ, "LC_ALL": "C"}

    # Commands

    def run(self, *arguments, check=True, timeout=60):
        """Runs a command to its end."""
        result = subprocess.run(
            [self.program, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=timeout)
        if check and result.returncode != 0:
            words = " ".join(map(str, arguments))
            raise TrialFailure(f"zhenglian {words} ended with {result.returncode}: {result.stderr}{result.stdout}")
        return result

    def found(self):
        """Authorities, certificates, genesis, nodes: everything but running them."""
        departments, validators = [], []
        for node in self.nodes + self.spares:
            authority = self.directory / "authorities" / node.department
            self.run("ca", "init", "--department", node.department, "--directory", authority)
            for role, name, place in [
                ("validator", "node", node.directory / "identity"),
                ("client", "counter", self.client(node)),
                ("administrator", "operator", self.operator(node)),
            ]:
                self.run(
                    "ca", "issue", "--authority", authority, "--consortium", "trial", "--role", role, "--name", name,
                    "--directory", place)
            codes = f"={ISSUER_CODE}" if node is self.nodes[0] else ""
            departments += ["--department", f"{authority}/authority.pem={node.department}{codes}"]
            if node in self.nodes:
                validators += ["--validator", f"{node.directory}/identity/certificate.pem={node.address}"]
        self.run("consortium", "init", "--name", "trial", "--output", self.genesis, *departments, *validators)
        for node in self.nodes + self.spares:
            self.set_up(node)

    def set_up(self, node, rejoin=False):
        self.run(
            "node", "init", "--genesis", self.genesis, "--identity", node.directory / "identity", "--directory",
            node.directory, "--listen", node.address, *(["--rejoin"] if rejoin else []),
            *(["--vault", node.directory / "vault"] if self.vaults else []))
        if self.gateways:
            self.serve(node)

    @staticmethod
    def serve(node):
        """Adds to a node's configuration where it serves HTTP."""
        node.http, node.operations = free_ports(2)
        path = node.directory / "node.json"
        configuration = json.loads(path.read_text())
        configuration["gateway"] = {
            "listen": {"host": "127.0.0.1", "port": node.http},
            "certificate": str(node.directory / "identity" / "certificate.pem"),
            "private-key": str(node.directory / "identity" / "private.key"),
            "operations": {"port": node.operations}}
        path.write_text(json.dumps(configuration, indent=2))

    def client(self, node):
        return self.directory / "clients" / node.department

    def operator(self, node):
        return self.directory / "operators" / node.department

    # Processes

    def start(self, node, *options):
        prefix = ["ip", "netns", "exec", node.namespace] if node.namespace else []
        configuration = node.directory / "node.json"
        with open(node.directory / "node.log", "ab") as log:
            node.process = subprocess.Popen(
                [*prefix, self.program, "node", "run", "--configuration", str(configuration), *options],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self, node, number=signal.SIGKILL):
        node.process.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            node.process.wait(30)
            node.process = None

    def stop_all(self):
        running = [node for node in self.nodes + self.spares if node.process]
        for node in running:
            node.process.send_signal(signal.SIGCONT)
            node.process.terminate()
        for node in running:
            try:
                node.process.wait(20)
            except subprocess.TimeoutExpired:
                node.process.kill()
                node.process.wait()
            node.process = None

    # Questions

    def connection(self, node, identity):
        return ["--node", node.reference, "--genesis", self.genesis, "--identity", identity]

    def status(self, node):
        """The node's status; None where it cannot be reached."""
        try:
            result = self.run("node", "status", *self.connection(node, self.client(node)), "--json", check=False)
        except subprocess.TimeoutExpired:
            return None
        if result.returncode == 2:
            raise TrialFailure(f"node status is called wrongly: {result.stderr}")
        return json.loads(result.stdout) if result.returncode == 0 else None

    def doctor(self, node):
        """The doctor's exit status and report."""
        result = self.run("node", "doctor", *self.connection(node, self.operator(node)), "--json", check=False)
        if result.returncode not in (0, 1):
            raise TrialFailure(f"node doctor ended with {result.returncode}: {result.stderr}")
        return result.returncode, json.loads(result.stdout)

    def wait(self, condition, what, seconds=90):
        """Waits until `condition` gives something true, and returns it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            for node in self.nodes:
                if node.process and node.process.poll() is not None:
                    log = (node.directory / "node.log").read_text(errors="replace")[-2000:]
                    raise TrialFailure(f"{node.member} has ended with {node.process.returncode}: {log}")
            time.sleep(0.05)
        raise TrialFailure(f"{what} did not come within {seconds} s")

    def start_all(self):
        for node in self.nodes:
            self.start(node)
        for node in self.nodes:
            self.wait(lambda node=node: self.is_connected(node), f"{node.member} with its peers")

    def is_connected(self, node):
        status = self.status(node)
        return status and all(peer["isReachable"] for peer in status["peers"])

    # Members

    def join(self, node):
        """Has a running node become a validator, with the approvals that it takes: returns the epoch and its height."""
        proposer = self.nodes[0]
        host, port = node.address.rsplit(":", 1)
        words = [
            "node", "join", "--certificate", node.directory / "identity" / "certificate.pem", "--host", host, "--port",
            port]
        standing = self.decide(proposer, words)
        for approver in self.nodes[1:]:
            if standing.get("epoch") is not None:
                break
            standing = self.decide(approver, ["consortium", "approve", standing["proposal"]])
        if standing.get("epoch") is None:
            raise TrialFailure(f"all departments approve and nothing is decided: {standing}")
        self.spares.remove(node)
        self.nodes.append(node)
        return standing

    def decide(self, node, words):
        result = self.run(*words, *self.connection(node, self.operator(node)), "--json")
        return json.loads(result.stdout)

    # Load

    def load(self, nodes, seconds, *options, client=None):
        """Starts load at the nodes, by the first department's client unless told; `Load.report` waits for it."""
        arguments = ["load", "--seconds", seconds, "--json", *options]
        for node in nodes:
            arguments += ["--node", node.reference]
        arguments += ["--genesis", self.genesis, "--identity", client or self.client(self.nodes[0])]
        output = open(self.directory / "load.json", "wb")
        errors = open(self.directory / "load.log", "wb")
        with output, errors:
            process = subprocess.Popen(
                [self.program, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=errors)
        return Load(process, self.directory, seconds)

    # What has to hold in the end

    def check(self):
        """Every ledger is whole, and all have the same head."""
        def agreed():
            statuses = [self.status(node) for node in self.nodes]
            heads = {(status["height"], status["head"]) for status in statuses if status}
            return heads.pop() if None not in statuses and len(heads) == 1 else None

        height, head = self.wait(agreed, "one head on all nodes", seconds=180)
        self.stop_all()
        for node in self.nodes:
            self.run("ledger", "verify", "--data", node.directory / "data", "--genesis", self.genesis, timeout=600)
        return {"height": height, "head": head, "ledgersVerified": len(self.nodes)}


class Load:
    """A running measurement."""

    def __init__(self, process, directory, seconds):
        self.process = process
        self.directory = directory
        self.seconds = seconds

    def wait_for_commits(self, seconds=60):
        """Waits until the load has begun: its first words are that it begins."""
        deadline = time.monotonic() + seconds
        while not (self.directory / "load.log").read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                words = (self.directory / "load.log").read_text(errors="replace")
                raise TrialFailure(f"the load did not begin: {words}")
            time.sleep(0.02)

    def report(self):
        status = self.process.wait(self.seconds + 120)
        words = (self.directory / "load.log").read_text(errors="replace")
        if status != 0:
            raise TrialFailure(f"zhenglian load ended with {status}: {words}")
        return json.loads((self.directory / "load.json").read_text())

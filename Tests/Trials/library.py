"""Bringing a library of licences on the ledger while the command and a node are killed, and comparing it afterwards."""

import csv
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import time

from consortium import ISSUER_CODE, TrialFailure

DIFFERENCES = 50
# What a reconciliation of a copy with the catalogue has to say of each planted difference: kind and columns.
EXPECTED = {
    "missing": ("missingHere", []),
    "added": ("missingThere", []),
    "doubled": ("duplicated", []),
    "period": ("differs", ["valid_until"]),
    "region": ("differs", ["region_code"]),
    "version": ("differs", ["version"]),
}
# Licences of a second that are asked for, or compared, on the slowest machine that the trial is meant for.
SLOWEST_RATE = 500
# A command that comes to nothing so often comes to nothing at all.
MAXIMUM_RUNS = 20


class Library:
    """A library of fictitious licences as files: the table, a copy with planted differences, their list."""

    def __init__(self, program, directory, count, seed):
        self.count = count
        self.table = directory / "library.csv"
        self.copy = directory / "copy.csv"
        planted = directory / "planted.csv"
        words = [
            program, count, self.table, "--seed", seed, "--issuer", ISSUER_CODE, "--differences",
            min(DIFFERENCES, count), "--copy", self.copy, "--list", planted]
        result = subprocess.run([*map(str, words)], capture_output=True, text=True)
        if result.returncode != 0:
            raise TrialFailure(f"licence-library ended with {result.returncode}: {result.stderr}")
        with open(planted, newline="") as file:
            self.planted = {row["licence"]: row["kind"] for row in csv.DictReader(file)}

    def identifiers(self):
        with open(self.table, newline="") as file:
            rows = csv.reader(file)
            next(rows)
            return {row[0] for row in rows}


class Progress:
    """How many licences are on the ledger, and how fast they come while nobody interrupts."""

    def __init__(self, allowance):
        # What may still be under way when something is interrupted: its arrival is no recovery.
        self.allowance = allowance
        self.interruptions = []
        self.seconds = 0
        self.licences = 0
        self.beginning = None
        self.last = None

    def sample(self, now, count):
        if self.last and count == self.last[1]:
            return
        pending = self.interruptions[-1] if self.interruptions else None
        if pending and "pauseSeconds" not in pending:
            if count <= pending["licences"] + self.allowance:
                self.last = (now, count)
                return
            pending["pauseSeconds"] = round(now - pending.pop("time"), 3)
            self.beginning = (now, count)
        elif self.beginning is None and count > 0:
            self.beginning = (now, count)
        self.last = (now, count)

    def interrupt(self, now, what):
        self.close()
        count = self.last[1] if self.last else 0
        # An interruption that is followed by the next one has lasted until then.
        for pending in self.interruptions[-1:]:
            if "time" in pending:
                pending["pauseSeconds"] = round(now - pending.pop("time"), 3)
        self.interruptions.append({"what": what, "licences": count, "time": now})

    def close(self):
        if self.beginning:
            self.seconds += self.last[0] - self.beginning[0]
            self.licences += self.last[1] - self.beginning[1]
        self.beginning = None

    def figures(self):
        self.close()
        for pending in self.interruptions:
            pending.pop("time", None)
        return {
            "licencesPerSecond": round(self.licences / self.seconds, 1) if self.seconds else None,
            "interruptions": self.interruptions,
        }


class Import:
    """The command that imports the library, run again until it is through."""

    def __init__(self, trial, library, keys):
        consortium, arguments = trial.consortium, trial.arguments
        self.consortium = consortium
        self.count = library.count
        self.output = consortium.directory / "import.json"
        self.errors = consortium.directory / "import.log"
        self.words = ["licence", "import", library.table, "--pseudonym-keys", keys, "--json"]
        for option in ["batch", "concurrency"]:
            value = getattr(arguments, option)
            if value:
                self.words += [f"--{option}", value]
        # What `zhenglian licence import` does where nothing is said.
        self.allowance = (arguments.batch or 50) * (arguments.concurrency or 4)
        for node in trial.nodes:
            self.words += ["--node", node.reference]
        issuer = trial.nodes[0]
        self.words += ["--genesis", consortium.genesis, "--identity", consortium.client(issuer)]
        self.process = None
        self.runs = 0

    def start(self):
        self.runs += 1
        if self.runs > MAXIMUM_RUNS:
            raise TrialFailure(f"the import is not through after {MAXIMUM_RUNS} runs: {self.errors.read_text()}")
        with open(self.output, "wb") as output, open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [self.consortium.program, *map(str, self.words)], env=self.consortium.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=errors)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def is_through(self):
        """Whether the command has ended well; one that could not go on is started again."""
        status = self.process.poll()
        if status == 3:
            self.start()
        elif status not in (None, 0):
            raise TrialFailure(f"licence import ended with {status}: {self.errors.read_text()}")
        return status == 0

    def report(self):
        return json.loads(self.output.read_text())

    def finish(self):
        """Runs the command once more, to its end."""
        self.start()
        status = self.process.wait(patience(self.count))
        if status != 0:
            raise TrialFailure(f"licence import ended with {status}: {self.errors.read_text()}")
        return self.report()


class Processors:
    """User and system time of nodes, over restarts of their processes."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.seconds = {node.member: -self.of(node) for node in nodes}

    @staticmethod
    def of(node):
        fields = (pathlib.Path("/proc") / str(node.process.pid) / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def will_end(self, node):
        self.seconds[node.member] += self.of(node)

    def milliseconds_each(self, count):
        for node in self.nodes:
            self.seconds[node.member] += self.of(node)
        return {node.department: round(1000 * self.seconds[node.member] / count, 3) for node in self.nodes}


def bring(trial):
    """A library is imported while the command is killed twice and a node twice; then it is compared with a copy."""
    arguments, consortium = trial.arguments, trial.consortium
    trial.begin()
    chance = random.Random(arguments.seed)
    library = Library(
        pathlib.Path(arguments.program).resolve().with_name("licence-library"), consortium.directory,
        trial.scaled(arguments.licences, min(arguments.licences, 2_000)), arguments.seed)
    keys = consortium.directory / "pseudonyms.json"
    consortium.run("holder", "keys", "init", "--keys", keys, "--genesis", consortium.genesis)
    sizes = [file_sizes(node) for node in trial.nodes]
    processors = Processors(trial.nodes)
    command = Import(trial, library, keys)
    result = import_interrupted(trial, command, processors, chance)
    result["processorMillisecondsPerLicence"] = processors.milliseconds_each(library.count)
    again = command.finish()
    if (again["issued"], again["changed"], again["unchanged"]) != (0, 0, library.count):
        raise TrialFailure(f"importing again is not without effect: {again}")
    result.update({"licences": library.count, "importAgainSeconds": again["seconds"]})
    result.update(compare(trial, library))

    def figures_at_rest():
        grown = [grew(file_sizes(node), before) for node, before in zip(consortium.nodes, sizes)]
        return {"bytesPerLicence": {
            name: round(sum(sizes[name] for sizes in grown) / len(grown) / library.count) for name in grown[0]}}

    trial.afterwards = figures_at_rest
    return result


def import_interrupted(trial, command, processors, chance):
    """Imports, kills at moments that the seed chooses, and goes on until the command is through."""
    consortium = trial.consortium
    victim = chance.choice(trial.nodes)
    observer = next(node for node in trial.nodes if node is not victim)
    # Shares of the library with which each comes; the moment after that is by chance as well.
    moments = sorted(chance.uniform(0.05, 0.85) for _ in range(4))
    plan = list(zip(moments, chance.sample(["command", "command", "node", "node"], 4)))
    progress = Progress(command.allowance)

    def sample():
        count = newest(observer)
        progress.sample(time.monotonic(), count)
        return count

    began = time.monotonic()
    command.start()
    while not command.is_through():
        count = sample()
        if not plan or count < plan[0][0] * command.count:
            time.sleep(0.05)
            continue
        what = plan.pop(0)[1]
        time.sleep(chance.uniform(0, 0.5))
        progress.interrupt(time.monotonic(), what if what == "command" else victim.member)
        if what == "command":
            command.kill()
            command.start()
        else:
            processors.will_end(victim)
            consortium.kill(victim)
            returns = time.monotonic() + chance.uniform(0.2, 2)
            consortium.wait(lambda: sample() and time.monotonic() >= returns, "the moment of the node's return")
            consortium.start(victim)
            consortium.wait(lambda: sample() and consortium.status(victim), f"{victim.member}")
    if plan:
        raise TrialFailure("the import was through before it was interrupted: choose more --licences")
    sample()
    trial.catch_up_seconds(victim, [observer])
    return {"runs": command.runs, "wallSeconds": round(time.monotonic() - began, 1), **progress.figures()}


def compare(trial, library):
    """Every node has every licence once, and the copy differs in what was planted and in nothing else."""
    consortium = trial.consortium
    head = max(consortium.status(node)["height"] for node in trial.nodes)
    for node in trial.nodes:
        consortium.wait(
            lambda node=node: sql(consortium, node, "SELECT height FROM read_model")[0][0] >= head,
            f"the read model of {node.member} at {head}")
        for table, key in [("catalogue", "licence"), ("licences", "identifier")]:
            found = counts(consortium, node, table, key)
            if found != (library.count, library.count):
                raise TrialFailure(f"{table} of {node.member} has {found}, and the library {library.count} licences")
        revision = sql(consortium, node, "SELECT max(revision) FROM catalogue")[0][0]
        if revision != 1:
            raise TrialFailure(f"a licence was written again at {node.member}: revision {revision}")
        whole = reconcile(consortium, node, library.table, library.count)
        if whole["differences"] or whole["unreadable"] or whole["rowsHere"] != whole["rowsThere"]:
            raise TrialFailure(f"the library differs from the catalogue of {node.member}: {whole}")
    node = trial.nodes[0]
    if found_licences(consortium, node) != library.identifiers():
        raise TrialFailure("licence find does not find the licences of the library, each once")
    changed = reconcile(consortium, node, library.copy, library.count)
    check_planted(changed, library.planted)
    rejected = sql(consortium, node, "SELECT count(*) FROM outcomes WHERE status = 'rejected'")[0][0]
    return {
        "rejectedTransactions": rejected, "reconcileSeconds": whole["seconds"],
        "reconcileWithDifferencesSeconds": changed["seconds"], "differencesFound": len(changed["differences"])}


def check_planted(report, planted):
    """The report names what was planted, each once and as what it is, and nothing else."""
    found = {}
    for difference in report["differences"]:
        if difference["licence"] in found:
            raise TrialFailure(f"{difference['licence']} is reported twice")
        found[difference["licence"]] = (difference["kind"], difference["columns"])
    expected = {licence: EXPECTED[kind] for licence, kind in planted.items()}
    if found != expected or report["unreadable"]:
        wrong = {licence: (expected.get(licence), found.get(licence)) for licence in {**expected, **found}
                 if expected.get(licence) != found.get(licence)}
        raise TrialFailure(f"planted and found differ (expected, found): {wrong}, {report['unreadable']}")


def reconcile(consortium, node, table, count):
    result = consortium.run(
        "licence", "reconcile", "--table", table, "--data", node.directory / "data", "--progress",
        f"{table}.{node.department}", "--json", check=False, timeout=patience(count))
    if result.returncode not in (0, 1):
        raise TrialFailure(f"licence reconcile ended with {result.returncode}: {result.stderr}")
    report = json.loads(result.stdout)
    if report["isTruncated"] or (result.returncode == 0) != (not report["differences"] and not report["unreadable"]):
        raise TrialFailure(f"licence reconcile ended with {result.returncode} and {report}")
    return report


def found_licences(consortium, node):
    """What `licence find` lists, page by page."""
    found, start = [], 0
    while start is not None:
        answer = consortium.run(
            "licence", "find", "--data", node.directory / "data", "--count", 1_000, "--from", start, "--json")
        page = json.loads(answer.stdout)
        found += [licence["identifier"] for licence in page["licences"]]
        start = page.get("next")
    if len(found) != len(set(found)):
        raise TrialFailure("licence find lists a licence twice")
    return set(found)


def newest(node):
    """How many licences have come to a node, without counting them.

    The catalogue's rows are numbered as they come and none is ever removed, so that the newest says how many there are. A
    command for each look, which counts, would slow the import down the more the larger it grows.
    """
    try:
        connection = sqlite3.connect(f"file:{node.directory / 'data' / 'read-model.sqlite'}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT max(number) FROM catalogue_rows").fetchone()[0] or 0
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        raise TrialFailure(f"the read model of {node.member} cannot be read: {error}") from error


def patience(count):
    """Seconds for a command that has to do with every licence."""
    return max(600, count / SLOWEST_RATE)


def counts(consortium, node, table, key="licence"):
    """How many rows a table of the read model has, and how many different keys."""
    return tuple(sql(consortium, node, f"SELECT count(*), count(DISTINCT {key}) FROM {table}")[0])


def sql(consortium, node, statement):
    answer = consortium.run("ledger", "sql", "--data", node.directory / "data", "--seconds", 600, "--json", statement)
    return json.loads(answer.stdout)["rows"]


def file_sizes(node):
    """Bytes of the ledger and of the read model, with what SQLite keeps beside them."""
    return {
        name: sum(file.stat().st_size for file in (node.directory / "data").glob(f"{pattern}*"))
        for name, pattern in [("ledger", "ledger.sqlite"), ("readModel", "read-model.sqlite")]}


def grew(now, before):
    return {name: now[name] - before[name] for name in now}

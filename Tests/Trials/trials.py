"""Trials with real processes: what happens to a consortium when nodes die, freeze, are cut off, or lose their disk.

    python3 Tests/Trials/trials.py --program .build/release/zhenglian [--trial NAME]... [--rate N] [--json FILE] [--short]

Each trial founds a consortium of four in a directory of its own, keeps it under load, does what its name says, prints its
figures, and fails where the ledgers do not verify or heads differ in the end. See docs/trials.md. Standard library only.
"""

import argparse
import contextlib
import json
import pathlib
import resource
import shutil
import signal
import sys
import tempfile
import time

import cases
import gateway
import library
import uses
from consortium import Consortium, TrialFailure
from network import Network, NetworkUnavailable


class Trial:
    """One consortium under load."""

    def __init__(self, arguments, directory, network=None, spares=0, vaults=False, gateways=False):
        self.arguments = arguments
        self.network = network
        self.consortium = Consortium(
            arguments.program, directory, network=network, spares=spares, vaults=vaults, gateways=gateways)
        self.nodes = self.consortium.nodes
        # Figures that are taken when all nodes are stopped.
        self.afterwards = dict

    def scaled(self, seconds, short):
        return short if self.arguments.short else seconds

    def begin(self):
        self.consortium.found()
        self.consortium.start_all()

    def load(self, nodes, seconds):
        arguments = self.arguments
        load = self.consortium.load(
            nodes, seconds, "--rate", arguments.rate, "--clients", arguments.clients, "--batch", arguments.batch or 1)
        load.wait_for_commits()
        return load

    def wait_for_leader(self, leader, seconds=10):
        """Waits until somebody else says that `leader` leads. Under load the leader changes with every block."""
        observer = next(node for node in self.nodes if node is not leader)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.consortium.status(observer)
            if status and status.get("leader") == leader.member:
                return True
        return False

    def catch_up_seconds(self, node, others):
        """How long from now until the node has a block that the others had at the beginning."""
        began = time.monotonic()
        target = max(status["height"] for status in map(self.consortium.status, others) if status)
        self.consortium.wait(
            lambda: (self.consortium.status(node) or {"height": -1})["height"] >= target, f"{node.member} at {target}")
        return round(time.monotonic() - began, 3)


def figures(report):
    """What a report of the load says about commits."""
    return {
        "longestGapMilliseconds": report["longestGap"]["milliseconds"],
        "committedPerSecond": report["transactionsPerSecond"],
        "p50Milliseconds": report["latencyMilliseconds"].get("p50"),
        "commitsEachSecond": report["commitsEachSecond"],
        "errors": report["errors"],
    }


def kill_leader(trial):
    """kill -9 of the leader, under load, and its return."""
    trial.begin()
    victim, survivors = trial.nodes[3], trial.nodes[:3]
    seconds = trial.scaled(30, 8)
    load = trial.load(survivors, seconds)
    time.sleep(seconds / 4)
    was_leader = trial.wait_for_leader(victim)
    trial.consortium.kill(victim)
    time.sleep(seconds / 4)
    trial.consortium.start(victim)
    report = load.report()
    caught_up = trial.catch_up_seconds(victim, survivors)
    return {"wasLeader": was_leader, "catchUpAfterLoadSeconds": caught_up, **figures(report)}


def freeze(trial):
    """SIGSTOP of a node for 30 seconds, under load, and SIGCONT."""
    trial.begin()
    victim, survivors = trial.nodes[3], trial.nodes[:3]
    pause = trial.scaled(30, 5)
    load = trial.load(survivors, pause + trial.scaled(20, 6))
    time.sleep(2)
    trial.consortium.kill(victim, signal.SIGSTOP)
    time.sleep(pause)
    trial.consortium.kill(victim, signal.SIGCONT)
    caught_up = trial.catch_up_seconds(victim, survivors)
    return {"pauseSeconds": pause, "catchUpSeconds": caught_up, **figures(load.report())}


def two_down(trial):
    """Two of four down: no progress meanwhile, said by the doctor, and progress when the third is back."""
    trial.begin()
    survivors, victims = trial.nodes[:2], trial.nodes[2:]
    outage = trial.scaled(15, 4)
    load = trial.load(survivors, outage + trial.scaled(20, 8))
    time.sleep(2)
    for victim in victims:
        trial.consortium.kill(victim)
    time.sleep(1.5)
    before = trial.consortium.status(survivors[0])["height"]
    code, report = trial.consortium.doctor(survivors[0])
    codes = [finding["code"] for finding in report["findings"]]
    if code != 1 or "noQuorum" not in codes:
        raise TrialFailure(f"the doctor does not say that a quorum is missing: {code}, {report['findings']}")
    time.sleep(outage)
    after = trial.consortium.status(survivors[0])["height"]
    if after != before:
        raise TrialFailure(f"blocks became final without a quorum: {before} to {after}")
    returned = time.time()
    trial.consortium.start(victims[0])
    trial.consortium.wait(lambda: trial.consortium.status(victims[0]), f"{victims[0].member}")
    reachable = time.time()
    measured = load.report()
    gap = measured["longestGap"]
    trial.consortium.start(victims[1])
    trial.consortium.wait(lambda: trial.consortium.is_connected(victims[1]), f"{victims[1].member} with its peers")
    return {
        "doctor": next(finding["statement"]["en"] for finding in report["findings"]),
        "progressAfterStartSeconds": round(gap["endMilliseconds"] / 1000 - returned, 3),
        "answersAfterStartSeconds": round(reachable - returned, 3),
        **figures(measured),
    }


def partition(trial, isolated):
    """Some nodes are cut off, nothing tells anybody, and later the network heals."""
    trial.begin()
    majority = [node for index, node in enumerate(trial.nodes) if index not in isolated]
    pause = trial.scaled(20, 5)
    load = trial.load(majority, pause + trial.scaled(40, 25))
    time.sleep(2)
    trial.network.isolate(isolated)
    time.sleep(pause)
    code, report = trial.consortium.doctor(majority[0])
    trial.network.heal()
    healed = time.time()
    caught_up = trial.catch_up_seconds(trial.nodes[isolated[0]], majority)
    measured = load.report()
    has_quorum = len(majority) >= 3
    result = {"pauseSeconds": pause, "catchUpAfterHealingSeconds": caught_up, **figures(measured)}
    if not has_quorum:
        result["progressAfterHealingSeconds"] = round(measured["longestGap"]["endMilliseconds"] / 1000 - healed, 3)
    result["doctor"] = [finding["statement"]["en"] for finding in report["findings"]]
    if code != 1:
        raise TrialFailure("the doctor sees no partition")
    return result


def partition_2_2(trial):
    """Two against two: neither side goes on."""
    return partition(trial, [2, 3])


def partition_3_1(trial):
    """Three against one: the three go on."""
    return partition(trial, [3])


def replace_disk(trial):
    """A node with an empty disk comes back under load, with a snapshot of its peers."""
    trial.begin()
    victim, survivors = trial.nodes[3], trial.nodes[:3]
    seconds = trial.scaled(40, 12)
    load = trial.load(survivors, seconds)
    time.sleep(seconds / 4)
    trial.consortium.kill(victim)
    shutil.rmtree(victim.directory / "data")
    (victim.directory / "node.json").unlink()
    trial.consortium.set_up(victim, rejoin=True)
    trial.consortium.start(victim, "--join-by-snapshot", "always")
    began = time.monotonic()
    trial.consortium.wait(lambda: trial.consortium.status(victim), f"{victim.member}")
    answers = round(time.monotonic() - began, 3)
    caught_up = trial.catch_up_seconds(victim, survivors)
    return {"answersAfterSeconds": answers, "catchUpSeconds": caught_up, **figures(load.report())}


def join(trial):
    """A fifth and a sixth node become validators under load."""
    trial.begin()
    first = list(trial.nodes)
    seconds = trial.scaled(60, 30)
    load = trial.load(first, seconds)
    epochs = []
    for newcomer in list(trial.consortium.spares):
        began = time.monotonic()
        trial.consortium.start(newcomer)
        trial.consortium.wait(lambda node=newcomer: trial.consortium.status(node), f"{newcomer.member}")
        trial.catch_up_seconds(newcomer, first)
        standing = trial.consortium.join(newcomer)
        decided = time.monotonic()
        trial.consortium.wait(
            lambda node=newcomer, epoch=standing["epoch"]: (trial.consortium.status(node) or {}).get("view") is not None
            and trial.consortium.status(node)["epoch"] >= epoch, f"epoch {standing['epoch']} at {newcomer.member}")
        epochs.append({
            "epoch": standing["epoch"], "firstHeight": standing["firstHeight"],
            "decidedAfterSeconds": round(decided - began, 3),
            "votesAfterSeconds": round(time.monotonic() - began, 3)})
    return {"epochs": epochs, **figures(load.report())}


def endurance(trial):
    """An hour under load: what the nodes take of memory and descriptors, sampled every half minute."""
    trial.begin()
    seconds = trial.scaled(3600, 20)
    load = trial.load(trial.nodes, seconds)
    samples = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(min(30, seconds / 10))
        samples.append([usage(node.process.pid) for node in trial.nodes])
    report = load.report()
    # The first tenth fills caches and pools.
    settled = samples[len(samples) // 10:]
    return {
        "residentMiB": {node.department: spread([sample[index][0] for sample in settled])
                        for index, node in enumerate(trial.nodes)},
        "descriptors": {node.department: spread([sample[index][1] for sample in settled])
                        for index, node in enumerate(trial.nodes)},
        "committedTransactions": report["transactions"], "committedRecords": report["records"],
        **{key: value for key, value in figures(report).items() if key != "commitsEachSecond"},
    }


def usage(process):
    """Resident memory in MiB and open descriptors of a process."""
    proc = pathlib.Path("/proc") / str(process)
    pages = int((proc / "statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1), len(list((proc / "fd").iterdir()))


def spread(values):
    """Averages of the first and the last quarter, and the extremes between: what grows for ever shows."""
    quarter = max(1, len(values) // 4)
    return {
        "firstQuarter": round(sum(values[:quarter]) / quarter, 1),
        "lastQuarter": round(sum(values[-quarter:]) / quarter, 1),
        "least": min(values), "most": max(values)}


TRIALS = {
    "kill-leader": (kill_leader, False),
    "freeze": (freeze, False),
    "two-down": (two_down, False),
    "partition-2-2": (partition_2_2, True),
    "partition-3-1": (partition_3_1, True),
    "replace-disk": (replace_disk, False),
    "join": (join, False),
    "import": (library.bring, False),
    "decisions": (uses.decide, False),
    "trace": (uses.trace, False),
    "cases": (cases.run_cases, False),
    "readers": (gateway.serve_readers, False),
    "endurance": (endurance, False),
}
# What runs only when it is asked for by name.
LONG = {"endurance"}


def run(name, arguments):
    """Runs a trial; its result says `passed`, `skipped` or `failed`."""
    function, needs_network = TRIALS[name]
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"zhenglian-{name}-"))
    result = {"trial": name, "what": function.__doc__}
    try:
        with contextlib.ExitStack() as stack:
            network = None
            if needs_network:
                try:
                    network = stack.enter_context(Network(4))
                except NetworkUnavailable as reason:
                    return {**result, "result": "skipped", "reason": f"no network namespaces here: {reason}"}
            trial = Trial(
                arguments, directory, network, spares=2 if name == "join" else 0, vaults=name == "cases",
                gateways=name == "readers")
            stack.callback(trial.consortium.stop_all)
            result.update(function(trial))
            result.update(trial.consortium.check())
            result.update(trial.afterwards())
        result["result"] = "passed"
    except TrialFailure as failure:
        arguments.keep = True
        result.update(result="failed", reason=str(failure), directory=str(directory))
    finally:
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/zhenglian", help="the program zhenglian")
    parser.add_argument("--trial", action="append", choices=sorted(TRIALS), help="one trial; repeat for more")
    parser.add_argument("--rate", type=int, default=200, help="transactions each second: half of the capacity")
    parser.add_argument("--batch", type=int, help="records in each transaction: otherwise 1, and what the import takes")
    parser.add_argument("--concurrency", type=int, help="import: transactions under way at once")
    parser.add_argument("--licences", type=int, default=20_000, help="import and readers: licences of the library")
    parser.add_argument("--uses", type=int, default=10_000, help="trace: uses of the one licence")
    parser.add_argument("--cases", type=int, default=200, help="cases: of both matters together")
    parser.add_argument("--connections", type=int, default=32, help="readers: connections that ask at once")
    parser.add_argument("--reads", type=int, default=1_000, help="readers: reads a second where they are paced")
    parser.add_argument("--definitions", default="Definitions", help="cases: the directory of the matters' definitions")
    parser.add_argument("--minutes", type=int, default=60, help="cases: the longest that cases may take to end")
    parser.add_argument("--seed", type=int, default=1, help="import and cases: what is made, and what is killed when")
    parser.add_argument("--clients", type=int, default=64, help="the most transactions under way at once")
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes, to try the trials themselves")
    parser.add_argument("--json", help="a file for all results")
    parser.add_argument("--keep", action="store_true", help="keep the directories")
    arguments = parser.parse_args()
    results = []
    for name in arguments.trial or [name for name in TRIALS if name not in LONG]:
        print(f"{name}: {TRIALS[name][0].__doc__}", file=sys.stderr, flush=True)
        result = run(name, arguments)
        results.append(result)
        for key, value in result.items():
            if key not in ("trial", "what"):
                print(f"  {key}: {value}", flush=True)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    return 1 if any(result["result"] == "failed" for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

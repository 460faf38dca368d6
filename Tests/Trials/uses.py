"""How fast uses of licences are decided, and how long a licence's whole story takes to prove."""

import json
import time

from consortium import TrialFailure

# Setting up takes its time: 5,000 licences are issued first.
PREPARATION_SECONDS = 600
# The ledger makes at most so many decisions on one kind of licence in a day.
MOST_USES = 20_000


def load_decisions(trial, seconds, *options):
    """Has the second department ask for uses of the first one's licences at all nodes; returns the load's report."""
    consortium = trial.consortium
    owner, asker = trial.nodes[0], trial.nodes[1]
    load = consortium.load(
        trial.nodes, seconds, "--workload", "decisions", "--owner", consortium.client(owner), "--clients",
        trial.arguments.clients, *options, client=consortium.client(asker))
    load.wait_for_commits(PREPARATION_SECONDS)
    report = load.report()
    if report["errors"]:
        raise TrialFailure(f"not every decision was made, and allowed: {report['errors']}")
    return report


def decide(trial):
    """Many clients ask for decisions on uses of licences, each the next as soon as it has the last one's."""
    trial.begin()
    seconds = trial.scaled(60, 10)
    report = load_decisions(
        trial, seconds, "--batch", trial.arguments.batch or 1, "--licences", trial.scaled(5_000, 500))
    return {
        "clients": report["clients"],
        "decisions": report["records"],
        "decisionsPerSecond": report["recordsPerSecond"],
        "latencyMilliseconds": report["latencyMilliseconds"],
        "processorMillisecondsPerDecision": {
            node["member"]: round(1000 * node["processorSeconds"] / report["records"], 3) for node in report["nodes"]},
    }


def trace(trial):
    """One licence is used many times; its trace is fetched with the proof that it is whole, and verified offline."""
    consortium, node = trial.consortium, trial.nodes[0]
    count = trial.scaled(trial.arguments.uses, min(trial.arguments.uses, 500))
    if not 1 <= count <= MOST_USES:
        raise TrialFailure(f"--uses is 1 to {MOST_USES}: the ledger allows no more of one kind in a day")
    trial.begin()
    report = load_decisions(
        trial, 3_600, "--transactions", count, "--licences", 1, "--without-holders")
    if report["records"] != count:
        raise TrialFailure(f"{report['records']} of {count} uses were decided")
    licence = consortium.wait(lambda: used_licence(consortium, node), "the licence in the read model")
    proof = consortium.directory / "licence.trace"
    made, show_seconds = timed(
        consortium, "trace", "--licence", licence, "--proof", proof,
        *consortium.connection(node, consortium.client(node)))
    verified, verify_seconds = timed(consortium, "trace", "verify", proof, "--genesis", consortium.genesis)
    for trace in (made, verified):
        events = [event for event in trace["events"] if (event["event"], event["outcome"]) == ("decision", "allowed")]
        if len(events) != count or trace["checkpoint"]["eventCount"] != count:
            raise TrialFailure(f"{count} uses, and the trace has {len(events)}: {trace['checkpoint']}")
    return {
        "uses": count, "proofBytes": proof.stat().st_size, "bytesPerUse": round(proof.stat().st_size / count),
        "makeSeconds": show_seconds, "verifySeconds": verify_seconds, "decisionsPerSecond": report["recordsPerSecond"],
    }


def used_licence(consortium, node):
    answer = consortium.run(
        "ledger", "sql", "--data", node.directory / "data", "--json", "SELECT identifier FROM catalogue")
    rows = json.loads(answer.stdout)["rows"]
    return rows[0][0] if rows else None


def timed(consortium, *words):
    """What a command says in JSON, and how long it took, with the start of its process."""
    began = time.monotonic()
    answer = consortium.run(*words, "--json", timeout=600)
    return json.loads(answer.stdout), round(time.monotonic() - began, 3)

"""Cases of both one-things at once, while nodes and departments' systems die and come back, and what has to hold in the end."""

import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

from consortium import TrialFailure
from personal_data import Finder, Personal, forms

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Independent"))
import case_checker  # noqa: E402  (found by the line above)

OPENING, CLOSING = "enterprise-opening", "simple-deregistration"
# What a unit of a definition's limits lasts here, in seconds: a window of twenty days takes twenty seconds.
SCALE = {"minutes": 1 / 3, "hours": 20, "calendarDays": 1, "workingDays": 160}
# Of a thousand.
RATES = {"returning": 40, "asking": 40, "suspending": 20, "going-back": 20, "refusing": 10, "objecting": 20, "silent": 50}
OVER = {"completed", "ended", "withdrawn", "annulled"}
CODES_PER_QUESTION = 100
# What simulated departments write into what they return and mend.
WORDS = ["办理结果", "补正内容"]


def scaled(limit):
    amount, unit = limit.split(" ")
    return f"{max(1, round(int(amount) * SCALE[unit]))} seconds" if unit in SCALE else limit


def shorten(definition):
    """The same definition with limits that a trial can wait for; all else stays."""
    for step in definition["steps"]:
        limits = step.get("limits", {})
        for name, limit in limits.items():
            if name not in ("lapses", "lapsesUnsupplemented", "firstDay"):
                limits[name] = scaled(limit)
        if "lift" in step.get("window", {}):
            step["window"]["lift"] = scaled(step["window"]["lift"])
    return definition


class Department:
    """The business system of a department, simulated by a process."""

    def __init__(self, trial, node, program, *options):
        consortium = trial.consortium
        self.node, self.consortium = node, consortium
        self.directory = consortium.directory / "departments" / node.department
        self.directory.mkdir(parents=True)
        self.log = self.directory / "log.jsonl"
        self.words = [
            program, "run", "--genesis", consortium.genesis, "--seed", trial.arguments.seed, "--identity", consortium.client(node),
            "--state", self.directory, "--log", self.log, *options]
        for name, rate in RATES.items():
            self.words += [f"--{name}", rate]
        self.process, self.place, self.rest = None, 0, b""
        # From when to when this department or its node was not there, by the machine's clock in milliseconds.
        self.absences = []

    def start(self):
        with open(self.directory / "errors.log", "ab") as errors:
            self.process = subprocess.Popen(
                [str(word) for word in self.words], stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, env=self.consortium.environment)

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        status = self.process.wait(30)
        self.process = None
        return status

    def check_runs(self):
        if self.process and self.process.poll() is not None:
            raise TrialFailure(f"the system of {self.node.department} has ended: {(self.directory / 'errors.log').read_text()}")

    def news(self):
        """What the log has told since it was asked last."""
        if not self.log.exists():
            return []
        with open(self.log, "rb") as file:
            file.seek(self.place)
            text = self.rest + file.read()
            self.place = file.tell()
        lines = text.split(b"\n")
        self.rest = lines.pop()
        return [entry for entry in map(parsed, lines) if entry]


def parsed(line):
    """A line of a log; None for what a killed process has left half of."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def write_cases(trial, definitions, directory):
    """Files of cases for both leads, and every personal datum in them."""
    count, seed = trial.arguments.cases, trial.arguments.seed
    data, paths = [], {}
    for matter, definition in definitions.items():
        fields = {field["name"] for field in definition["fields"]}
        path = directory / f"{matter}.jsonl"
        with open(path, "w") as file:
            for number in range(count // 2 if matter == OPENING else count - count // 2):
                person = Personal(f"{seed} {matter}", number)
                options = [option["name"] for option in definition["options"] if person.draw.random() < 0.5]
                wanted = [item["item"] for item in definition["intake"]
                          if ("when" not in item or item["when"] in options) and item.get("unless") not in options]
                line = {
                    "key": f"{matter} {number}", "matter": matter, "options": options,
                    "items": {name: person.datum(name) for name in wanted if name in fields},
                    "papers": {name: person.paper(name) for name in wanted if name not in fields}}
                if definition["subject"] == "licence":
                    kind = next(step["effect"]["type"] for step in definition["steps"] if "effect" in step)
                    line["licence"] = {"type": kind, "holderName": line["items"]["enterprise-name"], "number": number}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                data += person.data
        paths[matter] = path
    return paths, data


def adopt(trial, definitions, directory):
    """Has administrators adopt the definitions, those of the departments that take part first, and waits until they are in force."""
    consortium = trial.consortium
    for matter, definition in definitions.items():
        path = directory / f"{matter}.json"
        path.write_text(json.dumps(definition, ensure_ascii=False))
        concerned = {role["department"] for role in definition["roles"]}
        first, *others = sorted(trial.nodes, key=lambda node: node.department not in concerned)
        proposal = decide(consortium, first, "propose", path)["proposal"]
        digest = proposal["definition"]["digest"]
        while proposal:
            if not others:
                raise TrialFailure(f"every department has approved {matter}, and it is not adopted")
            proposal = decide(consortium, others.pop(0), "approve", matter, digest).get("proposal")
    # Ten heights lie between adoption and the first case; blocks come with transactions.
    consortium.load(trial.nodes, 4, "--rate", 10, "--clients", 4).report()


def decide(consortium, node, *words):
    answer = consortium.run(
        "onething", "define", *words, "--genesis", consortium.genesis, "--identity", consortium.operator(node), "--json")
    return json.loads(answer.stdout)


def department_of(definition, role):
    return next(entry["department"] for entry in definition["roles"] if entry["name"] == role)


class Progress:
    """Which cases are open and which are over, by what the departments' systems have been told."""

    def __init__(self, departments):
        self.departments = departments
        self.seen, self.over, self.refusals, self.failures = set(), set(), [], 0
        # When each push was told to whom first, and every answer that was logged: all else is too much to keep.
        self.pushes, self.answers = {}, []

    def read(self):
        for department in self.departments:
            for entry in department.news():
                if entry["event"] == "acted" and entry["kind"] == "answer":
                    self.answers.append(entry)
                elif entry["event"] == "notice":
                    code = sys.intern(entry["code"])
                    self.seen.add(code)
                    if entry["kind"] == "pushed":
                        self.pushes.setdefault((department.node.department, code, entry["number"]), entry["at"])
                    if entry["kind"] in OVER:
                        self.over.add(code)
                elif entry["event"] == "refused":
                    self.refusals.append(entry)
                elif entry["event"] == "failed":
                    self.failures += 1


def live(trial, departments, program, paths, leads, pause):
    """Opens the cases, lets departments work on them, kills who the seed says, until every case is over."""
    consortium = trial.consortium
    chance = random.Random(trial.arguments.seed)
    progress = Progress(departments)
    for department in departments:
        department.start()
    counters = []
    for matter, path in paths.items():
        words = [program, "open", path, "--genesis", consortium.genesis, "--seed", trial.arguments.seed, "--identity",
                 consortium.client(leads[matter]), "--log", consortium.directory / f"opened-{matter}.jsonl"]
        counters.append(subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(consortium.directory / "open.log", "ab"), env=consortium.environment))
    try:
        plan = [("node", department) for department in departments] + [("department", department) for department in departments]
        chance.shuffle(plan)
        began = time.monotonic()
        following = began + pause
        faults = []
        while True:
            progress.read()
            for department in departments:
                department.check_runs()
            for counter in counters:
                if counter.poll() not in (None, 0):
                    raise TrialFailure(f"cases were not opened: {(consortium.directory / 'open.log').read_text()}")
            if all(counter.poll() == 0 for counter in counters) and len(progress.over) >= trial.arguments.cases:
                break
            if time.monotonic() - began > trial.arguments.minutes * 60:
                waiting = sorted(progress.seen - progress.over)
                raise TrialFailure(
                    f"after {trial.arguments.minutes} minutes {len(progress.over)} of {trial.arguments.cases} cases are over, of "
                    f"{len(progress.seen)} that departments know: {waiting[:5]}; refused: {progress.refusals[:3]}")
            if plan and time.monotonic() > following:
                faults.append(break_and_mend(consortium, *plan.pop(), chance, trial.scaled(15, 3)))
                following = time.monotonic() + pause
            time.sleep(0.2)
    finally:
        for counter in counters:
            if counter.poll() is None:
                counter.kill()
            counter.wait()
    seconds = time.monotonic() - began
    # What was written last may still be on its way to those who are told.
    time.sleep(3)
    for department in departments:
        if department.kill(signal.SIGTERM) != 0:
            raise TrialFailure(f"the system of {department.node.department} did not end in good order")
    progress.read()
    return progress, faults, seconds


def break_and_mend(consortium, what, department, chance, settling):
    """kill -9 of a node or of a department's system, and its return."""
    left = time.time()
    away = chance.uniform(1, 6)
    if what == "node":
        node = department.node
        consortium.kill(node)
        time.sleep(away)
        consortium.start(node)
        consortium.wait(lambda: consortium.status(node), f"{node.member}")
    else:
        department.kill()
        time.sleep(away)
        department.start()
    # Connections are made anew, and what had piled up is worked off.
    department.absences.append((1000 * left, 1000 * (time.time() + settling)))
    return f"{what} {department.node.department}"


def told_by(trial, node, codes):
    """What a node says of cases, by their codes."""
    told = {}
    for start in range(0, len(codes), CODES_PER_QUESTION):
        part = codes[start:start + CODES_PER_QUESTION]
        answer = trial.consortium.run(
            "onething", "events", *part, *trial.consortium.connection(node, trial.consortium.client(node)), "--json", timeout=300)
        told.update({case["code"]: case for case in json.loads(answer.stdout)["cases"]})
    return told


def check_cases(trial, definitions, codes):
    """On all nodes every case stands as the definition and what departments did have it."""
    checked = {(definition["matter"], definition["version"]): definition for definition in definitions.values()}
    calendar = case_checker.Calendar()
    first = None
    for node in trial.nodes:
        told = told_by(trial, node, codes)
        for code in codes:
            found = case_checker.differences(told[code], checked, calendar)
            lost, doubled = case_checker.lost_and_doubled(told[code])
            if found or lost or doubled:
                raise TrialFailure(f"{code} at {node.member}: {found}, lost {lost}, doubled {doubled}")
            if told[code]["status"] not in OVER:
                raise TrialFailure(f"{code} is {told[code]['status']} at {node.member}")
        lasting = {code: {key: value for key, value in case.items() if key != "time"} for code, case in told.items()}
        if first is not None and lasting != first:
            code = next(code for code in codes if lasting[code] != first[code])
            raise TrialFailure(f"{node.member} says otherwise of {code} than {trial.nodes[0].member}")
        first = lasting
    # A checker that cannot fail proves nothing: a state that is wrong has to be noticed in these very cases.
    for status in OVER - {told[codes[0]]["status"]}:
        if not case_checker.differences({**told[codes[0]], "status": status}, checked, calendar):
            raise TrialFailure(f"the checker takes {codes[0]} for {status}")
    return first


def check_logs(told, progress, departments, definitions):
    """The departments' own logs agree with the ledger: no answer twice, none that is not there, every push noticed."""
    answered = {(code, event["step"], event["attempt"]): event
                for code, case in told.items() for event in case["events"] if event["kind"] == "answered"}
    acted = {}
    for entry in progress.answers:
        key = (entry["code"], entry["step"], entry["attempt"])
        event = answered.get(key)
        if event is None or event["height"] != entry["height"] or event["answer"] != entry["answer"]:
            raise TrialFailure(f"a department has logged an answer that the ledger does not have: {entry}")
        if key in acted:
            raise TrialFailure(f"a department has answered twice: {entry}, {acted[key]}")
        acted[key] = entry
    absences = {department.node.department: department.absences for department in departments}
    for (code, step, attempt), event in answered.items():
        # A process that is killed between handing in and writing leaves no line; nobody else may.
        away = any(begin - 10_000 <= event["at"] <= end for begin, end in absences[event["department"]])
        if (code, step, attempt) not in acted and not away:
            raise TrialFailure(f"{event['department']} has answered {step}#{attempt} of {code} and logged nothing")
    for code, case in told.items():
        definition = definitions[case["matter"]]
        roles = {step["name"]: department_of(definition, step["role"]) for step in definition["steps"]}
        for number, event in enumerate(case["events"]):
            if event["kind"] == "pushed" and (roles[event["step"]], code, number) not in progress.pushes:
                raise TrialFailure(f"{roles[event['step']]} was never told of event {number} of {code}")
    if progress.refusals:
        raise TrialFailure(f"{len(progress.refusals)} acts were refused that should have been right: {progress.refusals[:3]}")
    return answered, acted


def latencies(told, progress, departments, definitions, acted):
    """Milliseconds from one department's answer to the next department's notice: all, and those that nothing disturbed.

    From the answer's outcome it may be none at all: the next department's node can be as fast as the own one.
    """
    absences = {department.node.department: department.absences for department in departments}

    def disturbed(department, time_):
        return any(begin - 2_000 <= time_ <= end for begin, end in absences[department])

    every, plain, whole = [], [], []
    for code, case in told.items():
        definition = definitions[case["matter"]]
        roles = {step["name"]: department_of(definition, step["role"]) for step in definition["steps"]}
        for number, event in enumerate(case["events"]):
            answer = acted.get((code, event.get("step"), event["attempt"])) if event["kind"] == "answered" else None
            if answer is None:
                continue
            for later, pushed in enumerate(case["events"][number + 1:], number + 1):
                if pushed["transaction"] != event["transaction"]:
                    break
                receiver = roles.get(pushed.get("step"))
                if pushed["kind"] != "pushed" or receiver == answer["department"]:
                    continue
                taken = max(0, progress.pushes[(receiver, code, later)] - answer["at"])
                every.append(taken)
                if not any(disturbed(name, answer["at"]) for name in absences):
                    plain.append(taken)
                    whole.append(max(0, progress.pushes[(receiver, code, later)] - answer["begunAt"]))
    return {
        "fromOutcome": percentiles(every), "fromOutcomeUndisturbed": percentiles(plain), "fromHandingInUndisturbed": percentiles(whole)}


def percentiles(values):
    values = sorted(values)
    if not values:
        return {"count": 0}
    return {
        "count": len(values), "p50": values[len(values) // 2], "p99": values[min(len(values) - 1, len(values) * 99 // 100)],
        "max": values[-1]}


def scan(trial, data):
    """None of the data stands in any file of a node or log of a department's system; and the search finds what is planted."""
    finder = Finder([*data, *WORDS])
    began = time.monotonic()
    directory = trial.consortium.directory
    places = [*(node.directory for node in trial.consortium.nodes), directory / "departments"]
    files = sorted(path for place in places for path in place.rglob("*") if path.is_file())
    files += directory.glob("opened-*.jsonl")
    size = 0
    for path in files:
        size += path.stat().st_size
        found = finder.file(path)
        if found:
            # Which datum it is stands in no report: where it is says enough.
            raise TrialFailure(f"{len(found)} personal data stand in {path}, in the forms {sorted({form for form, _ in found})}")
    seconds = time.monotonic() - began
    check_search(trial, finder, data, files)
    return {"data": finder.count, "files": len(files), "mebibytes": round(size / 2**20, 1), "seconds": round(seconds, 1)}


def check_search(trial, finder, data, files):
    """One datum is planted in a copy of a ledger, in each form and in its middle: each has to be found."""
    chance = random.Random(trial.arguments.seed)
    original = max((path for path in files if path.name.startswith("ledger.sqlite")), key=lambda path: path.stat().st_size)
    copy = trial.consortium.directory / "planted.sqlite"
    for form, planted in forms(chance.choice(data)).items():
        shutil.copyfile(original, copy)
        with open(copy, "r+b") as file:
            file.seek(original.stat().st_size // 2)
            file.write(b"\x00" + planted + b"\x00")
        if not finder.file(copy):
            raise TrialFailure(f"the search does not find what was planted as {form}: it proves nothing")
    copy.unlink()


def run_cases(trial):
    """Cases of both one-things at once, while nodes and departments' systems are killed: none is lost, none is doubled."""
    arguments, consortium = trial.arguments, trial.consortium
    if arguments.short:
        arguments.cases = min(arguments.cases, 24)
    program = pathlib.Path(arguments.program).resolve().with_name("zhenglian-departments")
    folder = pathlib.Path(arguments.definitions)
    definitions = {matter: shorten(json.loads((folder / f"{matter}.json").read_text())) for matter in (OPENING, CLOSING)}
    trial.begin()
    directory = consortium.directory / "cases"
    directory.mkdir()
    paths, data = write_cases(trial, definitions, directory)
    adopt(trial, definitions, directory)
    nodes = {node.department: node for node in trial.nodes}
    leads = {matter: nodes[department_of(definition, definition["lead"])] for matter, definition in definitions.items()}
    pause = trial.scaled(40, 8)
    # One of them also looks away for a while, by itself.
    # Longer than half an hour of the definitions lasts: what is pushed meanwhile is pushed again.
    outage = trial.scaled(30, 14)
    departments = [
        Department(trial, node, program, *(["--outage", f"{pause}:{outage}"] if node is trial.nodes[2] else []))
        for node in trial.nodes]
    away = time.time() + pause
    departments[2].absences.append((1000 * away, 1000 * (away + outage + trial.scaled(15, 3))))
    try:
        progress, faults, seconds = live(trial, departments, program, paths, leads, pause)
    finally:
        for department in departments:
            if department.process:
                department.kill()
    lines = [line for matter in paths for line in (consortium.directory / f"opened-{matter}.jsonl").read_bytes().splitlines()]
    opened = sorted({entry["code"] for entry in map(parsed, lines) if entry})
    if len(opened) != arguments.cases or set(opened) != progress.over:
        raise TrialFailure(f"{len(opened)} cases were opened and {len(progress.over)} are over, of {arguments.cases}")
    head = max(consortium.status(node)["height"] for node in trial.nodes)
    for node in trial.nodes:
        consortium.wait(lambda node=node: (consortium.status(node) or {"height": -1})["height"] >= head, f"{node.member} at {head}")
    told = check_cases(trial, definitions, opened)
    answered, acted = check_logs(told, progress, departments, definitions)
    ends = {}
    for case in told.values():
        name = f"{case['matter']}: {case.get('end') or case['status']}"
        ends[name] = ends.get(name, 0) + 1
    result = {
        "cases": len(opened), "seconds": round(seconds, 1), "casesPerMinute": round(60 * len(opened) / seconds, 1), "ends": ends,
        "handoffs": sum(len(case_checker.handoffs(case)) for case in told.values()),
        "answers": len(answered), "answersNotLogged": len(answered) - len(acted),
        "clocks": {kind: sum(event["kind"] == kind for case in told.values() for event in case["events"])
                   for kind in ("windowClosed", "unacknowledged", "overdue")},
        "faults": faults, "failedAttempts": progress.failures,
        "answerToInboxMilliseconds": latencies(told, progress, departments, definitions, acted)}
    trial.afterwards = lambda: {"scan": scan(trial, data)}
    print(table(result), flush=True)
    return result


def table(result):
    """The figures of the trial for people."""
    lines = ["  | figure | value |", "  |---|---|"]
    for name in ("cases", "seconds", "casesPerMinute", "handoffs", "answers", "answersNotLogged", "clocks", "failedAttempts"):
        lines.append(f"  | {name} | {result[name]} |")
    for name, count in sorted(result["ends"].items()):
        lines.append(f"  | {name} | {count} |")
    for which, values in result["answerToInboxMilliseconds"].items():
        lines.append(f"  | answer to inbox, {which}, ms | {values} |")
    return "\n".join(lines)

"""Computes from a definition and what departments did how a case of a one-thing has to stand, and compares.

It is written from docs/one-things.md and the definitions' rules alone and shares no code with the ledger. Out of the events of a
case it takes only what departments did and when; whatever follows from that (what is pushed to whom, what clocks bring, what ends
the case) it works out itself, and then compares every event and the end state with what a node says. Standard library only.

    python3 Tests/Independent/case_checker.py DEFINITION.json... --cases CASES.json [--calendar CALENDAR.json]

CASES.json is what `zhenglian onething events CODE... --json` prints. Times are milliseconds since 1970.
"""

import argparse
import datetime
import json
import pathlib
import sys

MAXIMUM_PUSHES = 5
BEIJING = 8 * 3_600_000
DAY = 86_400_000
UNIT_MILLISECONDS = {"seconds": 1_000, "minutes": 60_000, "hours": 3_600_000}
OPEN = {"pushed", "acknowledged", "asking", "suspended"}
DONE = {"settled", "waived", "leftOut"}
# What a department does; all other events follow.
ACTS = {
    "opened", "acknowledged", "answered", "returned", "asked", "suspended", "resumed", "supplied", "waived", "extended", "consented",
    "objected", "objectionLifted", "withdrawn", "annulled", "compensated", "rated", "archived", "released",
}


class Contradiction(Exception):
    """What a node says of a case cannot be."""


class Calendar:
    """Days off and worked weekends, by year."""

    def __init__(self, document=None):
        self.years = {}
        for year in (document or {}).get("years", []):
            self.years[year["year"]] = (
                {str(day) for day in year["holidays"]}, {str(day) for day in year.get("workingWeekendDays", [])})

    def works(self, number):
        day = datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
        if day.year not in self.years:
            raise Contradiction(f"the calendar does not have {day.year}, and a working day of it is counted")
        off, worked = self.years[day.year]
        name = day.strftime("%Y%m%d")
        return name in worked or (day.weekday() < 5 and name not in off)


def day_of(time):
    return (time + BEIJING) // DAY


def midnight_after(number):
    return (number + 1) * DAY - BEIJING


def end_of(limit, start, calendar, pauses=(), first_day="next"):
    """The first moment that is too late; None while the clock stands before it."""
    amount, unit = limit.split(" ")
    amount = int(amount)
    if unit in UNIT_MILLISECONDS:
        end = start + amount * UNIT_MILLISECONDS[unit]
        for begin, until in pauses:
            if begin >= end:
                continue
            if until is None:
                return None
            end += until - begin
        return end
    day = day_of(start - 1) + 1 if first_day == "next" else day_of(start)
    counted = 0
    while True:
        end = midnight_after(day)
        stood = next(((begin, until) for begin, until in pauses if begin < end and (until is None or end <= until)), None)
        if stood:
            if stood[1] is None:
                return None
            day = max(day + 1, day_of(stood[1]))
            continue
        counted += unit == "calendarDays" or calendar.works(day)
        if counted >= amount:
            return end
        day += 1


class Step:
    """A step in its present attempt."""

    def __init__(self, status, attempt=0):
        self.status, self.attempt = status, attempt
        self.begun = self.pushed = self.acknowledged = self.ended = self.answer = None
        self.pushes = 0
        self.pauses = []
        self.extended = self.overdue = False
        self.consents = []
        self.objections = []


class Case:
    """A case, computed."""

    def __init__(self, definition, calendar, options, opened):
        self.definition, self.calendar, self.options, self.opened = definition, calendar, options, opened
        self.rules = {step["name"]: step for step in definition["steps"]}
        self.departments = {role["name"]: role["department"] for role in definition["roles"]}
        self.order = [step["name"] for step in definition["steps"]]
        self.steps = {name: Step("waiting" if self.is_part(rule) else "leftOut") for name, rule in self.rules.items()}
        self.status, self.end, self.ended = "running", None, None
        self.values = {}
        # (kind, time, step, attempt, answer) of everything, in its order.
        self.events = [("opened", opened, None, 0, None)]
        self.advance(opened)

    def is_part(self, rule):
        return ("when" not in rule or rule["when"] in self.options) and rule.get("unless") not in self.options

    def note(self, kind, time, name=None, answer=None):
        self.events.append((kind, time, name, self.steps[name].attempt if name else 0, answer))

    # What follows

    def advance(self, time):
        if self.status != "running":
            return
        for name in self.order:
            ready = all(self.steps[before].status in DONE for before in self.rules[name].get("after", []))
            if self.steps[name].status == "waiting" and ready:
                self.begin(name, time)
        if all(step.status in DONE for step in self.steps.values()):
            self.status, self.ended = "completed", time
            self.note("completed", time)

    def begin(self, name, time):
        step = Step("pushed", self.steps[name].attempt + 1)
        step.begun = step.pushed = time
        step.pushes = 1
        self.steps[name] = step
        self.note("pushed", time, name)

    def after(self, target):
        """The steps that wait for `target`, directly or not."""
        found, grew = set(), True
        while grew:
            more = {name for name, rule in self.rules.items()
                    if name not in found and any(before == target or before in found for before in rule.get("after", []))}
            grew = bool(more)
            found |= more
        return found

    def back(self, target, time):
        if self.steps[target].attempt >= self.rules[target]["attempts"]:
            return False
        behind = self.after(target)
        for name in self.order:
            if name in behind and self.steps[name].status != "leftOut":
                if self.steps[name].status in OPEN:
                    self.note("recalled", time, name)
                self.steps[name] = Step("waiting", self.steps[name].attempt)
        self.begin(target, time)
        return True

    def close(self, status, end, time):
        self.status, self.end, self.ended = status, end, time
        for step in self.steps.values():
            if step.status not in DONE:
                step.status, step.ended = "closed", time

    def finish(self, end, time):
        self.close("ended", end, time)
        self.events.append(("ended", time, None, 0, end))

    # Clocks

    def limit_end(self, name):
        step, limits = self.steps[name], self.rules[name].get("limits", {})
        limit = limits.get("extended") if step.extended else limits.get("answer")
        if not limit:
            return None
        return end_of(limit, step.begun, self.calendar, step.pauses, limits.get("firstDay", "next"))

    def clocks(self, name):
        """(time, rank, what happens) of each clock of a step. Of two that end together the lower rank is first."""
        step, rule = self.steps[name], self.rules[name]
        limits = rule.get("limits", {})
        if step.status not in OPEN | {"objected", "returned"}:
            return []
        if "window" in rule:
            end = self.limit_end(name)
            if step.status != "objected":
                return [(end, 0, "window")] if end is not None else []
            lift = rule["window"].get("lift")
            return [(end_of(lift, end, self.calendar), 1, "lift")] if lift and end is not None else []
        clocks = []
        if step.pauses and step.pauses[-1][1] is None:
            begin = step.pauses[-1][0]
            if step.status == "suspended" and "suspension" in limits:
                clocks.append((end_of(limits["suspension"], begin, self.calendar), 2, "suspension"))
            if step.status == "asking" and "supplement" in limits:
                clocks.append((end_of(limits["supplement"], begin, self.calendar), 3, "supplement"))
        if not step.overdue:
            clocks.append((self.limit_end(name), 4, "answer"))
        if step.status == "pushed" and step.pushes < MAXIMUM_PUSHES and "acknowledge" in limits:
            clocks.append((end_of(limits["acknowledge"], step.pushed, self.calendar), 5, "acknowledgement"))
        return [clock for clock in clocks if clock[0] is not None]

    def settle(self, until):
        """Lets every clock end that does by `until`, each at its own time."""
        while self.status in ("running", "annulling"):
            due = min(((time, place, rank, name, what) for place, name in enumerate(self.order)
                       for time, rank, what in self.clocks(name)), default=None)
            if not due or due[0] > until:
                return
            self.ring(due[3], due[4], due[0])

    def ring(self, name, what, time):
        step, rule = self.steps[name], self.rules[name]
        limits = rule.get("limits", {})
        if what == "window":
            step.status, step.ended = "settled", time
            self.note("windowClosed", time, name)
            self.advance(time)
        elif what == "lift":
            self.finish(rule["window"]["ends"], time)
        elif what == "suspension":
            self.go_on(step, time)
            self.note("resumed", time, name)
        elif what == "supplement":
            self.finish(limits["lapsesUnsupplemented"], time)
        elif what == "answer":
            step.overdue = True
            self.note("overdue", time, name)
            if "lapses" in limits:
                self.finish(limits["lapses"], time)
        else:
            self.note("unacknowledged", time, name)
            step.pushes += 1
            step.pushed = time
            self.note("pushed", time, name)

    def hold(self, step, status, time):
        step.status = status
        step.pauses.append((time, None))

    def go_on(self, step, time):
        step.status = "acknowledged"
        if step.pauses and step.pauses[-1][1] is None:
            step.pauses[-1] = (step.pauses[-1][0], time)

    # What departments do

    def act(self, event):
        kind, time, name = event["kind"], event["at"], event.get("step")
        self.settle(time)
        if name is not None:
            if name not in self.steps:
                raise Contradiction(f"{kind} of a step that the definition does not have: {name}")
            if event["attempt"] != self.steps[name].attempt:
                raise Contradiction(f"{kind} of attempt {event['attempt']} of {name}, which is at {self.steps[name].attempt}")
        getattr(self, f"act_{kind}")(event, time, name)
        self.advance(time)

    def expect(self, name, *statuses):
        if self.status not in ("running", "annulling") or self.steps[name].status not in statuses:
            raise Contradiction(f"{name} is {self.steps[name].status} in a case that is {self.status}: it cannot be acted on")
        return self.steps[name]

    def check_actor(self, event, role):
        if event.get("department") != self.departments[role]:
            raise Contradiction(f"{event['kind']} of {event.get('step')} is for {self.departments[role]}, not {event.get('department')}")

    def act_acknowledged(self, event, time, name):
        step = self.expect(name, "pushed")
        self.check_actor(event, self.rules[name]["role"])
        step.status, step.acknowledged = "acknowledged", time
        self.note("acknowledged", time, name)

    def act_answered(self, event, time, name):
        step, rule = self.expect(name, "pushed", "acknowledged"), self.rules[name]
        self.check_actor(event, rule["role"])
        answer = next((answer for answer in rule["answers"] if answer["name"] == event["answer"]), None)
        if answer is None:
            raise Contradiction(f"{name} has no answer {event['answer']}")
        settles = "ends" not in answer and "back" not in answer
        on_ledger = {field["name"] for field in self.definition.get("fields", []) if field.get("isOnLedger")}
        returned = set(rule.get("returns", [])) & on_ledger if settles else set()
        if set(event["values"]) != returned:
            raise Contradiction(f"{name} returns {sorted(event['values'])}, not {sorted(returned)}")
        issues = settles and rule.get("effect", {}).get("kind") == "issuesLicence"
        if issues != (event.get("licence") is not None):
            raise Contradiction(f"{name} names a licence where it issues none, or none where it does")
        self.values.update(event["values"])
        step.acknowledged = time if step.acknowledged is None else step.acknowledged
        step.status, step.answer, step.ended = "settled", event["answer"], time
        self.note("answered", time, name, event["answer"])
        if "ends" in answer:
            self.finish(answer["ends"], time)
        if "back" in answer and not self.back(answer["back"], time):
            raise Contradiction(f"{answer['back']} has no attempt left to go back to")

    def act_returned(self, event, time, name):
        step = self.expect(name, "pushed", "acknowledged")
        self.check_actor(event, self.rules[name]["role"])
        if step.attempt >= self.rules[name]["attempts"]:
            raise Contradiction(f"{name} was returned at its last attempt")
        self.hold(step, "returned", time)
        self.note("returned", time, name)

    def act_asked(self, event, time, name):
        self.check_actor(event, self.rules[name]["role"])
        self.hold(self.expect(name, "pushed", "acknowledged"), "asking", time)
        self.note("asked", time, name)

    def act_suspended(self, event, time, name):
        self.check_actor(event, self.rules[name]["role"])
        self.hold(self.expect(name, "pushed", "acknowledged"), "suspended", time)
        self.note("suspended", time, name)

    def act_resumed(self, event, time, name):
        self.check_actor(event, self.rules[name]["role"])
        self.go_on(self.expect(name, "suspended"), time)
        self.note("resumed", time, name)

    def act_supplied(self, event, time, name):
        step = self.expect(name, "asking", "returned")
        self.check_actor(event, self.definition["lead"])
        if step.status == "asking":
            self.go_on(step, time)
            self.note("supplied", time, name)
        else:
            self.note("supplied", time, name)
            self.begin(name, time)

    def act_waived(self, event, time, name):
        step = self.expect(name, "returned", *OPEN)
        self.check_actor(event, self.definition["lead"])
        step.status, step.ended = "waived", time
        self.note("waived", time, name)

    def act_extended(self, event, time, name):
        step = self.expect(name, "pushed", "acknowledged")
        if step.extended or step.overdue:
            raise Contradiction(f"{name} was extended twice, or when it was over")
        step.extended = True
        self.note("extended", time, name)

    def act_consented(self, event, time, name):
        step = self.expect(name, "pushed", "objected")
        if event["department"] in step.consents:
            raise Contradiction(f"{event['department']} consents to {name} twice")
        step.consents.append(event["department"])
        self.note("consented", time, name)

    def act_objected(self, event, time, name):
        step, window = self.expect(name, "pushed", "objected"), self.rules[name]["window"]
        if self.limit_end(name) is not None and self.limit_end(name) <= time:
            raise Contradiction(f"an objection came to {name} after its end")
        if event["reason"] not in window["reasons"]:
            raise Contradiction(f"{event['reason']} is no ground to object to {name}")
        step.consents = [department for department in step.consents if department != event["department"]]
        step.objections.append({"department": event["department"], "reason": event["reason"], "at": time, "liftedAt": None})
        step.status = "objected"
        self.note("objected", time, name)
        if "back" not in window:
            self.finish(window["ends"], time)

    def act_objectionLifted(self, event, time, name):
        step, window = self.expect(name, "pushed", "objected"), self.rules[name]["window"]
        objection = step.objections[event["number"]]
        if objection["department"] != event["department"] or objection["liftedAt"] is not None:
            raise Contradiction(f"objection {event['number']} to {name} is another's, or lifted already")
        objection["liftedAt"] = time
        self.note("objectionLifted", time, name)
        if all(objection["liftedAt"] is not None for objection in step.objections) and not self.back(window["back"], time):
            self.finish(window["ends"], time)

    def act_withdrawn(self, event, time, name):
        self.check_actor(event, self.definition["lead"])
        binding = self.definition.get("bindingStep")
        if self.status != "running" or (binding and self.steps[binding].status == "settled"):
            raise Contradiction("the case was withdrawn when it could not be")
        self.close("withdrawn", None, time)
        self.note("withdrawn", time)

    def act_annulled(self, event, time, name):
        self.check_actor(event, self.definition["lead"])
        self.note("annulled", time)
        self.status, self.ended = "annulling", None
        for step_name in self.order:
            step = self.steps[step_name]
            if step.status == "settled" and self.rules[step_name].get("isCompensated"):
                step.status, step.pushed = "compensating", time
                self.note("compensationPushed", time, step_name)
            elif step.status not in DONE:
                step.status, step.ended = "closed", time
        self.finish_annulment(time)

    def act_compensated(self, event, time, name):
        step = self.expect(name, "compensating")
        step.status, step.ended = "compensated", time
        self.note("compensated", time, name)
        self.finish_annulment(time)

    def finish_annulment(self, time):
        if all(step.status != "compensating" for step in self.steps.values()):
            self.status, self.ended = "annulled", time

    def act_rated(self, event, time, name):
        if self.status != "completed":
            raise Contradiction("a case that is not completed was rated")
        self.note("rated", time)

    def act_archived(self, event, time, name):
        if self.status in ("running", "annulling"):
            raise Contradiction("a case that is not over was archived")
        self.note("archived", time)

    def act_released(self, event, time, name):
        self.expect(name, "objected", *OPEN)
        unneeded = set(event["items"]) - set(self.rules[name].get("needs", []))
        if unneeded:
            raise Contradiction(f"{sorted(unneeded)} went to {name}, which does not need it")
        self.note("released", time, name)


def compute(told, definition, calendar):
    """The case that the definition makes of what departments did."""
    events = told["events"]
    if not events or events[0]["kind"] != "opened":
        raise Contradiction("the case has no opening")
    case = Case(definition, calendar, told["options"], events[0]["at"])
    last = events[0]["at"]
    for event in events[1:]:
        if event["recordedAt"] < event["at"] or event["recordedAt"] < last:
            raise Contradiction(f"{event['kind']} was recorded before it happened, or out of order")
        last = event["recordedAt"]
        # What a clock brings has no department: a suspension that ends is no act.
        if event["kind"] in ACTS and event.get("department"):
            case.act(event)
    case.settle(told["time"])
    return case


def differences(told, definitions, calendar):
    """Everything in which a node's word of a case differs from what has to be; nothing where it is right."""
    definition = definitions.get((told["matter"], told["definition"]))
    if definition is None:
        return [f"there is no definition {told['definition']} of {told['matter']}"]
    try:
        case = compute(told, definition, calendar)
    except Contradiction as contradiction:
        return [str(contradiction)]
    found = []

    def compare(what, expected, actual):
        if expected != actual:
            found.append(f"{what}: {expected} has to be, {actual} is told")

    recorded = [(event["kind"], event["at"], event.get("step"), event["attempt"], event.get("answer")) for event in told["events"]]
    # A clock that has ended a moment ago has had its effect, and perhaps no block yet.
    compare("events", case.events[:len(recorded)], recorded)
    if told["status"] not in ("running", "annulling"):
        compare("number of events", len(case.events), len(recorded))
    compare("status", case.status, told["status"])
    compare("end", case.end, told.get("end"))
    compare("endedAt", case.ended, told.get("endedAt"))
    compare("values", case.values, told["values"])
    compare("steps", case.order, [step["name"] for step in told["steps"]])
    for step in told["steps"]:
        expected = case.steps.get(step["name"])
        if expected is None:
            continue
        for name, value in [
            ("status", expected.status), ("attempt", expected.attempt), ("pushes", expected.pushes), ("begunAt", expected.begun),
            ("acknowledgedAt", expected.acknowledged), ("endedAt", expected.ended), ("answer", expected.answer),
            ("isExtended", expected.extended), ("isOverdue", expected.overdue), ("consents", expected.consents),
        ]:
            compare(f"{name} of {step['name']}", value, step.get(name))
        told_objections = [{"liftedAt": None, **objection} for objection in step["objections"]]
        compare(f"objections to {step['name']}", expected.objections, told_objections)
    return found


def handoffs(told):
    """What became of every attempt that was pushed: (step, attempt) to the kinds of what ended it."""
    ends = {}
    for event in told["events"]:
        key = (event.get("step"), event["attempt"])
        if event["kind"] == "pushed":
            ends.setdefault(key, [])
        elif event["kind"] in ("answered", "returned", "waived", "recalled", "windowClosed"):
            ends.setdefault(key, []).append(event["kind"])
        elif event["kind"] in ("ended", "withdrawn", "annulled"):
            for kinds in ends.values():
                if not kinds:
                    kinds.append("closed")
    return ends


def lost_and_doubled(told):
    """Attempts of a case that is over which nothing ended, and those that ended more than once."""
    lost, doubled = [], []
    for (step, attempt), kinds in handoffs(told).items():
        objected = any(event["kind"] == "objectionLifted" and (event.get("step"), event["attempt"]) == (step, attempt)
                       for event in told["events"])
        if not kinds and not objected:
            lost.append(f"{told['code']} {step}#{attempt}")
        if len(kinds) > 1:
            doubled.append(f"{told['code']} {step}#{attempt}: {kinds}")
    return lost, doubled


def load_definitions(paths):
    documents = [json.loads(pathlib.Path(path).read_text()) for path in paths]
    return {(document["matter"], document["version"]): document for document in documents}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("definitions", nargs="+")
    parser.add_argument("--cases", required=True)
    parser.add_argument("--calendar")
    arguments = parser.parse_args()
    definitions = load_definitions(arguments.definitions)
    calendar = Calendar(json.loads(pathlib.Path(arguments.calendar).read_text()) if arguments.calendar else None)
    wrong = 0
    for told in json.loads(pathlib.Path(arguments.cases).read_text())["cases"]:
        found = differences(told, definitions, calendar)
        if told["status"] not in ("running", "annulling"):
            lost, doubled = lost_and_doubled(told)
            found += [f"lost: {name}" for name in lost] + [f"doubled: {name}" for name in doubled]
        for line in found:
            print(f"{told['code']}: {line}")
        wrong += bool(found)
    print(f"{wrong} cases are wrong" if wrong else "every case is as it has to be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

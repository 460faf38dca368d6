"""The checker of cases finds what is right right, and everything that is planted wrong."""

import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import case_checker  # noqa: E402  (found by the line above)

MARKET, TAX = "market", "tax"
# 2026-02-12 09:00 in Beijing, a Thursday.
START = 1_770_858_000_000
SECOND = 1_000
HOUR = 3_600_000

DEFINITION = {
    "matter": "closing", "version": 1, "lead": "counter",
    "roles": [{"name": "counter", "department": MARKET}, {"name": "bureau", "department": TAX}],
    "fields": [{"name": "number", "isOnLedger": True}, {"name": "investors"}],
    "intake": [{"item": "investors"}],
    "steps": [
        {
            "name": "intake", "role": "counter", "needs": ["investors"], "returns": ["number"], "attempts": 3,
            "answers": [{"name": "done"}, {"name": "refused", "ends": "refused"}],
            "limits": {
                "acknowledge": "10 minutes", "answer": "1 hours", "suspension": "30 minutes", "supplement": "2 hours",
                "lapsesUnsupplemented": "lapsed",
            },
        },
        {
            "name": "window", "role": "counter", "after": ["intake"], "attempts": 2, "limits": {"answer": "1 hours"},
            "window": {"objectors": ["bureau"], "reasons": ["OTHER"], "ends": "objected", "back": "window", "lift": "1 hours"},
        },
        {
            "name": "closing", "role": "bureau", "after": ["window"], "attempts": 2,
            "answers": [{"name": "done"}, {"name": "anew", "back": "intake"}], "limits": {"acknowledge": "10 minutes"},
        },
    ],
}
DEFINITIONS = {("closing", 1): DEFINITION}
CALENDAR = case_checker.Calendar()


def event(kind, at, step=None, attempt=0, department=None, **members):
    return {
        "kind": kind, "at": at, "recordedAt": at, "height": 1, "transaction": "t", "step": step, "attempt": attempt,
        "department": department, "values": {}, "items": [], **members}


def step(name, status, attempt, pushes=1, **members):
    told = {
        "name": name, "status": status, "attempt": attempt, "pushes": pushes, "isExtended": False, "isOverdue": False,
        "consents": [], "objections": [], **members}
    return {key: value for key, value in told.items() if value is not None}


def plain():
    """Opened, answered, nobody objects for an hour, answered again."""
    times = [START + number * SECOND for number in range(10)]
    closed = times[2] + HOUR
    return {
        "code": "20260212000000001", "matter": "closing", "definition": 1, "options": [], "openedAt": START,
        "status": "completed", "endedAt": closed + 2 * SECOND, "time": closed + HOUR, "values": {"number": "N-1"},
        "steps": [
            step("intake", "settled", 1, begunAt=START, acknowledgedAt=times[1], endedAt=times[2], answer="done"),
            step("window", "settled", 1, begunAt=times[2], endedAt=closed, consents=[TAX]),
            step("closing", "settled", 1, begunAt=closed, acknowledgedAt=closed + SECOND, endedAt=closed + 2 * SECOND, answer="done"),
        ],
        "events": [
            event("opened", START, department=MARKET), event("pushed", START, "intake", 1),
            event("acknowledged", times[1], "intake", 1, MARKET),
            event("released", times[1], "intake", 1, MARKET, items=["investors"]),
            event("answered", times[2], "intake", 1, MARKET, answer="done", values={"number": "N-1"}),
            event("pushed", times[2], "window", 1), event("consented", times[3], "window", 1, TAX),
            event("windowClosed", closed, "window", 1), event("pushed", closed, "closing", 1),
            event("acknowledged", closed + SECOND, "closing", 1, TAX),
            event("answered", closed + 2 * SECOND, "closing", 1, TAX, answer="done"),
            event("completed", closed + 2 * SECOND),
        ],
    }


class CheckerOfCases(unittest.TestCase):
    def check(self, told):
        return case_checker.differences(told, DEFINITIONS, CALENDAR)

    def test_a_right_case_is_right(self):
        self.assertEqual(self.check(plain()), [])
        self.assertEqual(case_checker.lost_and_doubled(plain()), ([], []))

    def test_every_planted_state_is_noticed(self):
        plants = [
            ("status", lambda told: told.update(status="ended")),
            ("end", lambda told: told.update(end="refused")),
            ("endedAt", lambda told: told.update(endedAt=START)),
            ("values", lambda told: told["values"].update(number="N-2")),
            ("status of closing", lambda told: told["steps"][2].update(status="closed")),
            ("attempt of intake", lambda told: told["steps"][0].update(attempt=2)),
            ("isOverdue of intake", lambda told: told["steps"][0].update(isOverdue=True)),
            ("consents of window", lambda told: told["steps"][1].update(consents=[])),
            ("steps", lambda told: told["steps"].pop()),
        ]
        for what, plant in plants:
            told = copy.deepcopy(plain())
            plant(told)
            with self.subTest(what):
                self.assertTrue(any(line.startswith(f"{what}: ") for line in self.check(told)), self.check(told))

    def test_planted_events_are_noticed(self):
        def late(told):
            told["events"][7]["at"] += SECOND

        def twice(told):
            told["events"].insert(5, copy.deepcopy(told["events"][4]))

        def unneeded(told):
            told["events"][3]["items"] = ["number"]

        def foreign(told):
            told["events"][10]["department"] = MARKET

        def missing(told):
            del told["events"][8]

        for plant in (late, twice, unneeded, foreign, missing):
            told = copy.deepcopy(plain())
            plant(told)
            with self.subTest(plant.__name__):
                self.assertNotEqual(self.check(told), [])

    def test_clocks_that_stand_and_end(self):
        # Suspended for the whole half hour, so the hour of the answer ends half an hour later.
        told = plain()
        suspended = START + 2 * SECOND
        resumed = suspended + HOUR // 2
        overdue = START + HOUR + HOUR // 2
        told["events"] = told["events"][:3] + [
            event("suspended", suspended, "intake", 1, MARKET, reason="OTHER"), event("resumed", resumed, "intake", 1),
            event("overdue", overdue, "intake", 1)]
        told.update(status="running", values={}, time=overdue + SECOND)
        del told["endedAt"]
        told["steps"] = [
            step("intake", "acknowledged", 1, begunAt=START, acknowledgedAt=START + SECOND, isOverdue=True),
            step("window", "waiting", 0, pushes=0), step("closing", "waiting", 0, pushes=0)]
        self.assertEqual(self.check(told), [])
        told["events"][-1]["at"] = START + HOUR
        self.assertNotEqual(self.check(told), [])

    def test_working_days_follow_the_calendar(self):
        calendar = case_checker.Calendar({"years": [{
            "year": 2026, "holidays": [f"202602{day}" for day in range(15, 24)], "workingWeekendDays": ["20260214", "20260228"]}]})
        # Friday 13th, worked Saturday 14th, and Tuesday 24th after the Spring Festival.
        end = case_checker.end_of("3 workingDays", START, calendar)
        self.assertEqual(end, 1_771_948_800_000)
        self.assertEqual(case_checker.end_of("1 calendarDays", START, calendar), 1_770_998_400_000)

    def test_what_is_lost_or_doubled_is_named(self):
        told = plain()
        told["events"].append(event("answered", told["endedAt"], "closing", 1, TAX, answer="done"))
        told["events"].append(event("pushed", told["endedAt"], "closing", 2))
        lost, doubled = case_checker.lost_and_doubled(told)
        self.assertEqual((len(lost), len(doubled)), (1, 1))


if __name__ == "__main__":
    unittest.main()

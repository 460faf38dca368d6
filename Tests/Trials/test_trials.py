"""Two of the trials, short and with the program as the tests built it: a leader is killed, and two of four are down.

Real processes have to survive both with whole ledgers and one head, and the doctor has to say that a quorum is missing. How
long anything takes is not judged here: `make trials` measures that.
"""

import argparse
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build" / "debug" / "zhenglian"

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import trials  # noqa: E402  (found by the line above)


class ShortTrials(unittest.TestCase):
    def passes(self, name):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built: run 'swift build' first")
        arguments = argparse.Namespace(program=str(PROGRAM), rate=20, batch=1, clients=16, short=True, keep=False)
        result = trials.run(name, arguments)
        self.assertEqual(result["result"], "passed", result)
        return result

    def test_a_killed_leader_costs_no_block(self):
        self.assertGreater(self.passes("kill-leader")["height"], 0)

    def test_two_down_of_four_stop_the_chain_and_the_doctor_says_so(self):
        self.assertIn("2 of 4 validators are unreachable", self.passes("two-down")["doctor"])


if __name__ == "__main__":
    unittest.main()

"""scripts/wrap-comments touches what is too long, and nothing else."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

PATH = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "wrap-comments"
LOADER = importlib.machinery.SourceFileLoader("wrap_comments", str(PATH))
MODULE = importlib.util.module_from_spec(importlib.util.spec_from_loader("wrap_comments", LOADER))
LOADER.exec_module(MODULE)

LONG = " ".join(["words"] * 24)
ROOM = MODULE.LIMIT


class WrapComments(unittest.TestCase):
    def check(self, lines, expected):
        self.assertEqual(MODULE.wrap(lines), expected)
        self.assertEqual(MODULE.wrap(expected), expected, "a second run changes something")

    def test_short_comments_and_code_stay(self):
        lines = ["/// Short.", "let text = \"" + LONG + "\"", "", "/// " + "a" * 130]
        self.check(lines, lines)

    def test_words_go_to_the_front_of_the_next_line(self):
        kept, rest = MODULE.split(LONG, ROOM - 4)
        self.check(["/// " + LONG, "/// end."], ["/// " + kept, "/// " + rest + " end."])

    def test_the_last_line_of_a_paragraph_gets_one_more(self):
        kept, rest = MODULE.split(LONG, ROOM - 8)
        self.check(
            ["    /// " + LONG, "    ///", "    /// More."],
            ["    /// " + kept, "    /// " + rest, "    ///", "    /// More."],
        )

    def test_a_list_keeps_its_indentation_and_its_neighbours(self):
        kept, rest = MODULE.split("- " + LONG, ROOM - 4)
        self.check(
            ["/// " + "- " + LONG, "/// - next"],
            ["/// " + kept, "///   " + rest, "/// - next"],
        )

    def test_code_in_back_ticks_stays_together(self):
        text = "a" * 100 + " `code that has spaces in it`"
        self.check(["/// " + text], ["/// " + "a" * 100, "/// `code that has spaces in it`"])

    def test_fences_and_tables_stay(self):
        lines = ["/// ```", "/// " + LONG, "/// ```", "/// | " + LONG + " |"]
        self.check(lines, lines)


unittest.main()

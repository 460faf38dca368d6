"""The rules that the console's modules keep which verify and sign, and their pages, in the manner of Tests/RepositoryTests."""

import re
import unittest

import assemble_offline

MODULES = sorted((assemble_offline.RESOURCES / "modules").glob("*.js"))
SIGNING = sorted((assemble_offline.RESOURCES / "signing").glob("*.js"))
# The one module that asks the page's own node; none that verifies does.
ASKING = assemble_offline.RESOURCES / "signing" / "node.js"
PAGES = sorted((assemble_offline.RESOURCES / "verify").glob("*.html"))
STYLES = sorted((assemble_offline.RESOURCES / "verify").glob("*.css"))
LONGEST_LINE = 120
LONGEST_FILE = 500
LONGEST_FUNCTION = 70
# What is not written here, and why.
FORBIDDEN = {
    r"\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write": "text from outside would become markup",
    r"\beval\b|new Function\b": "text would become code",
    r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\(": "nothing of a file leaves the browser",
    r"localStorage|sessionStorage|indexedDB|document\.cookie": "nothing of a file stays in the browser",
    r"Math\.random": "results are the same each time",
    r"\bconsole\.": "people are told on the page",
    r"\bvar\b|[^=!]==[^=]|!=[^=]": "declare with const or let, compare with === and !==",
    r"\.style\b|setAttribute\(\"style\"": "the policy forbids styles of elements",
    r"https?://(?!www\.w3\.org/2000/svg)": "no outside resource is ever loaded",
}
# What keys are not put into, nor taken out of.
FORBIDDEN_WHERE_KEYS_ARE = {
    r"exportKey|wrapKey|\btrue, \[\"sign\"\]": "a key stays where it was put",
    r"postMessage|BroadcastChannel|SharedWorker|serviceWorker|window\.name|history\.": "nothing leaves the page's variables",
    r"innerText|\.href = |location\.assign": "text is set as text, and links are elements",
}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", lambda match: "\n" * match[0].count("\n"), text, flags=re.DOTALL)


class Sources(unittest.TestCase):
    def test_there_are_modules(self):
        self.assertGreaterEqual(len(MODULES), 15)

    def test_lines_files_and_functions_are_short(self):
        # A line of markup has both languages of one thing, and may be longer.
        for file in MODULES + SIGNING + STYLES:
            lines = file.read_text("utf-8").splitlines()
            self.assertTrue(file in STYLES or len(lines) <= LONGEST_FILE, f"{file.name} is too long")
            for number, line in enumerate(lines, 1):
                self.assertLessEqual(len(line), LONGEST_LINE, f"{file.name}:{number}")
                self.assertEqual(line, line.rstrip(), f"{file.name}:{number} ends with a blank")
        for file in MODULES + SIGNING:
            begin = 0
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                if re.match(r"(    )?(export |async |static |get )*(function |#?\w+\(.*\) \{$)", line):
                    begin = number
                if begin and re.match(r"(    )?\}$", line):
                    self.assertLessEqual(number - begin, LONGEST_FUNCTION, f"{file.name}:{begin}")
                    begin = 0

    def test_nothing_forbidden_is_written(self):
        for file in MODULES + SIGNING:
            text = without_comments(file.read_text("utf-8"))
            if file == ASKING:
                # Once, of its own origin, and by paths alone.
                self.assertEqual(len(re.findall(r"\bfetch\(", text)), 1)
                self.assertIn('mode: "same-origin"', text)
                text = text.replace("fetch(", "ask(")
            rules = FORBIDDEN | (FORBIDDEN_WHERE_KEYS_ARE if file in SIGNING else {})
            for pattern, reason in rules.items():
                found = re.search(pattern, text)
                self.assertIsNone(found, f"{file.name}: '{found and found[0]}': {reason}")

    def test_no_module_that_verifies_stands_on_one_that_signs(self):
        for file in MODULES:
            self.assertNotIn("signing/", file.read_text("utf-8"), file.name)
        self.assertGreaterEqual(len(SIGNING), 10)

    def test_the_key_is_read_in_one_module_and_the_node_asked_in_another(self):
        for file in SIGNING:
            text = without_comments(file.read_text("utf-8"))
            self.assertEqual("importKey" in text, file.name == "identity.js", file.name)
            self.assertFalse(file == ASKING and "identity" in text, "the module that asks knows no key")

    def test_the_rules_catch_what_they_forbid(self):
        code = ["a.innerHTML = b", "eval(a)", "fetch('/a')", "import('a')", "localStorage.a", "Math.random()",
                "console.log()", "var a", "a == b", "a != b", "a.style.top", "'http://example.org'"]  # fmt: skip
        for line in code:
            self.assertTrue(any(re.search(pattern, line) for pattern in FORBIDDEN), line)
        code = ["crypto.subtle.exportKey('pkcs8', key)", 'importKey("pkcs8", a, b, true, ["sign"])', "a.postMessage(key)",
                "window.name = key", "location.assign(a)"]  # fmt: skip
        for line in code:
            self.assertTrue(any(re.search(pattern, line) for pattern in FORBIDDEN_WHERE_KEYS_ARE), line)

    def test_everything_that_is_exported_is_described(self):
        for file in MODULES + SIGNING:
            text = file.read_text("utf-8")
            self.assertRegex(text, r"\A/\*\*\n \*.*\n", f"{file.name} does not say what it is for")
            self.assertIn(f"@module {file.stem}\n", text, file.name)
            lines = text.splitlines()
            for number, line in enumerate(lines):
                if line.startswith("export "):
                    self.assertRegex(lines[number - 1], r"\*/$", f"{file.name}:{number + 1}")

    def test_every_name_that_is_imported_is_exported_and_used(self):
        exports = {
            file: set(re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", file.read_text("utf-8"), re.M))
            for file in MODULES + SIGNING
        }
        used = set()
        for file in MODULES + SIGNING:
            text = file.read_text("utf-8")
            for names, path in re.findall(r'^import \{ (.*) \} from "(\.{1,2}/.*)";$', text, re.M):
                source = (file.parent / path).resolve()
                for name, _, alias in (words.partition(" as ") for words in names.split(", ")):
                    self.assertIn(name, exports[source], f"{file.name} imports {name}")
                    body = re.sub(r"^import .*$", "", text, flags=re.M)
                    self.assertRegex(body, rf"\b{alias or name}\b", f"{file.name} does not use {name}")
                    used.add((source, name))
            for path, name in re.findall(r'import\("\./([a-z0-9-]+\.js)"\)\.(\w+)', text):
                used.add((file.parent / path, name))
        for source, names in exports.items():
            tests = "".join(file.read_text("utf-8") for file in assemble_offline.pathlib.Path(__file__).parent.glob("*.py"))
            for name in names:
                is_used = (source, name) in used or re.search(rf"\b{name}\b", tests)
                self.assertTrue(is_used, f"nobody uses {name} of {source.name}")

    def test_pages_have_no_script_and_no_style_of_their_own(self):
        for file in PAGES:
            text = file.read_text("utf-8")
            self.assertNotRegex(text, r"\son\w+=|\sstyle=|javascript:|https?:", file.name)
        self.assertNotRegex((PAGES[-1]).read_text("utf-8"), r"<script|<style|<link")
        for file in STYLES:
            self.assertNotRegex(file.read_text("utf-8"), r"url\(|@import|https?:|gradient|shadow", file.name)

    def test_everything_in_the_page_is_in_both_languages(self):
        text = (assemble_offline.RESOURCES / "verify" / "verify.html").read_text("utf-8")
        self.assertEqual(text.count('<span lang="zh-CN">'), text.count('<span lang="en">'))
        self.assertGreater(text.count('<span lang="en">'), 20)


if __name__ == "__main__":
    unittest.main()

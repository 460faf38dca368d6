"""A browser that may not complain, and a consortium on which the demonstration's story has been told, for tests of the console."""

import contextlib
import json
import pathlib
import shutil
import sys
import tempfile
import time
import unittest
import urllib.request

from browser import SCREENSHOTS, launched
from story import DOCUMENT_IDENTIFIER, Story

PASSWORD = "correct horse battery"
READER = ["ledger:read", "licences:read", "traces:read", "cases:read", "operations:read", "uses:read", "consortium:read"]
DESKTOP, TELEPHONE, WALL = ({"width": w, "height": h} for w, h in ((1440, 900), (390, 844), (1920, 1080)))
# For something that takes seconds on a quiet machine, in milliseconds.
PATIENCE = 90_000


def measured(words):
    """Figures are told and not asserted: how fast a machine is, is no property of the program."""
    print(f"console: {words}", file=sys.stderr)


class Page:
    """A page that may not complain, nor ask anybody but its node."""

    def __init__(self, page, node):
        self.page = page
        self.node = node
        self.complaints = []
        self.foreign = []
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", self.look)
        self.refused = None

    def hear(self, message):
        # The browser tells every refusal of the page itself; the tests that ask for one say so.
        is_expected = self.refused and f"status of {self.refused}" in message.text
        if not (is_expected and message.location["url"] == self.page.url):
            self.complaints.append(f"{message.type}: {message.text}")

    def look(self, request):
        if not request.url.startswith((f"{self.node.console}/", "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, path, status=200):
        """Goes to a page of the node."""
        self.refused = status if status >= 400 else None
        answer = self.page.goto(f"{self.node.console}{path}", wait_until="load")
        if answer.status != status:
            raise AssertionError(f"{path} is answered with {answer.status}: {self.text()[:300]}")
        return answer

    @contextlib.contextmanager
    def expecting(self, status):
        """What is done inside comes to a page that is answered with this status."""
        self.refused = status
        with self.page.expect_response(lambda answer: answer.request.is_navigation_request()) as answer:
            yield
        self.page.wait_for_load_state("load")
        if answer.value.status != status:
            raise AssertionError(f"{answer.value.url} is answered with {answer.value.status}")

    def text(self):
        return self.page.locator("body").inner_text()

    def main(self):
        return self.page.locator("main").inner_text()

    def log_in(self, name, password=PASSWORD):
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(password)
        self.page.locator("form.login button").click()
        self.page.wait_for_load_state("load")


class ConsoleTests(unittest.TestCase):
    """Tests with one consortium and one browser for all of them, which the program makes before them."""

    shared = None

    @classmethod
    def setUpClass(cls):
        cls.story, cls.browser, cls.session = cls.shared.story, cls.shared.browser, cls.shared.session
        cls.market = cls.story.nodes["market"]

    def visit(self, node=None, visitor=True, language="zh", theme="light", viewport=DESKTOP, **options):
        """A page of a browser of its own: logged in at market's node, in a language and a theme."""
        node = node or self.market
        state = self.session if visitor and node is self.market else None
        context = self.browser.new_context(
            viewport=viewport, storage_state=state, locale={"zh": "zh-CN", "en": "en-GB"}[language],
            color_scheme=theme, **options)
        self.addCleanup(context.close)
        context.set_default_timeout(PATIENCE)
        page = Page(context.new_page(), node)
        self.addCleanup(self.check, page)
        return page

    def check(self, page):
        self.assertEqual(page.complaints, [])
        self.assertEqual(page.foreign, [])

    def api(self, path):
        """An answer of the interface, to the session of the page."""
        cookie = next(cookie for cookie in self.session["cookies"] if cookie["name"] == "zhenglian-session")
        request = urllib.request.Request(
            f"{self.market.console}/api/v1{path}", headers={"Cookie": f"{cookie['name']}={cookie['value']}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def elements(self, path):
        """All elements of a list of the interface, page by page."""
        found, cursor = [], ""
        while True:
            answer = self.api(f"{path}{'&' if '?' in path else '?'}limit=500{cursor}")
            found += answer["elements"]
            if "next" not in answer:
                return found
            cursor = f"&cursor={answer['next']}"

    def newest_block_with_transactions(self):
        return self.story.ask("market", "SELECT max(height) FROM blocks WHERE transaction_count > 0")[0][0]

    def newest_transaction(self):
        rows = self.story.ask(
            "market", "SELECT identifier FROM transactions WHERE status = 'applied' ORDER BY height DESC LIMIT 1")
        return rows[0][0]

    def newest_case(self):
        return self.story.ask("market", "SELECT code FROM cases ORDER BY opened_at, code LIMIT 1")[0][0]

    def paths(self):
        """Every page, by a name for its pictures."""
        return {
            "start": "/",
            "verify": "/verify",
            "explorer": "/explorer",
            "blocks": "/explorer/blocks",
            "block": f"/explorer/blocks/{self.newest_block_with_transactions()}",
            "transaction": f"/explorer/transactions/{self.newest_transaction()}",
            "contracts": "/explorer/contracts",
            "nodes": "/explorer/nodes",
            "licences": "/explorer/licences",
            "licence": f"/explorer/licences/{DOCUMENT_IDENTIFIER}",
            "search": "/explorer/search?q=3",
            "trace": "/trace",
            "trace-licence": f"/trace?licence={DOCUMENT_IDENTIFIER}",
            "authorisations": "/trace/authorisations",
            "onethings": "/onethings",
            "inbox": "/onethings/inbox",
            "matters": "/onethings/matters",
            "matter": "/onethings/matters/enterprise-opening",
            "case": f"/onethings/{self.newest_case()}",
            "dashboard": "/dashboard",
            "definitions": "/dashboard/definitions",
            "operations": "/operations",
            "administration": "/operations/administration",
            "login": "/login",
        }


def session(browser, node, name):
    """What a browser keeps once somebody has logged in at a node."""
    context = browser.new_context()
    page = Page(context.new_page(), node)
    page.open("/login")
    page.log_in(name)
    page.page.wait_for_url(f"{node.console}/")
    state = context.storage_state()
    context.close()
    return state


class Shared:
    """What all tests stand on, made once."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhenglian-console-"))
        self.stack.callback(shutil.rmtree, self.folder)
        try:
            self.make()
        except BaseException:
            self.stack.close()
            raise

    def make(self):
        began = time.monotonic()
        self.story = Story(self.folder / "story")
        self.story.tell()
        measured(f"the story took {time.monotonic() - began:.0f} s")
        for department, name, entitlements in (
            ("market", "reader", READER),
            ("market", "guest", ["ledger:read"]),
            ("hrss", "clerk", READER),
        ):
            self.story.add_account(department, name, PASSWORD, entitlements)
        self.stack.callback(self.story.stop_all)
        self.story.start_all()
        self.browser = launched(self.stack)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.session = session(self.browser, self.story.nodes["market"], "reader")
        # Names that people have given, which stand in every language as they were given.
        self.data = self.story.names()

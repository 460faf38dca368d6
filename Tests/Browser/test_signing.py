"""Administrators sign in the browser with their own key: real nodes, a real browser, and the commands as witnesses."""

import base64
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from axe_playwright_python.sync_playwright import Axe

from browser import SCREENSHOTS, launched
from consoles import DESKTOP, PASSWORD, PATIENCE, TELEPHONE, Page, session

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Trials"))
from consortium import Consortium, free_ports  # noqa: E402  (found by the line above)

PATH = "/operations/administration"
READER = ["ledger:read", "operations:read", "cases:read"]
ISSUER = "https://id.example.gov.cn"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Service(Consortium):
    """Two departments with a node each, which serve their consoles, and a third one without."""

    def __init__(self, directory):
        super().__init__(ROOT / ".build" / "debug" / "zhenglian", directory, count=2, spares=1)
        for node, port in zip(self.nodes, free_ports(len(self.nodes)), strict=True):
            node.console = f"http://127.0.0.1:{port}"

    def begin(self):
        self.found()
        for node in self.nodes:
            accounts = node.directory / "data" / "gateway" / "accounts.json"
            accounts.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
            words = [word for entitlement in READER for word in ("--entitlement", entitlement)]
            self.ask("gateway", "accounts", "add", "reader", "--file", accounts, *words, given=f"{PASSWORD}\n")
            path = node.directory / "node.json"
            configuration = json.loads(path.read_text())
            configuration["gateway"] = {
                "listen": {"host": "127.0.0.1", "port": int(node.console.rpartition(":")[2])}}
            path.write_text(json.dumps(configuration))
        self.start_all()
        for node in self.nodes:
            self.wait(lambda node=node: self.is_served(node), f"{node.department}'s console")

    @staticmethod
    def is_served(node):
        address = f"{node.console}/console/state"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return json.load(answer)["standing"] == "inQuorum"
        return False

    def ask(self, *words, given=None):
        """What a command answers."""
        ended = subprocess.run(
            [self.program, *map(str, words), "--json"], env=self.environment, input=given or "", capture_output=True,
            text=True, timeout=120, check=False)
        if ended.returncode != 0:
            raise AssertionError(f"{words} ended with {ended.returncode}: {ended.stderr}{ended.stdout}")
        return json.loads(ended.stdout)

    def act(self, department, *words):
        """What a department's administrator does by command."""
        node = next(node for node in self.nodes if node.department == department)
        return self.ask(*words, *self.connection(node, self.operator(node)))

    def identity(self, role, name, department="market"):
        """A new identity of a department."""
        place = self.directory / "more" / f"{department}-{role}-{name}"
        if not place.exists():
            self.run(
                "ca", "issue", "--authority", self.directory / "authorities" / department, "--consortium", "trial",
                "--role", role, "--name", name, "--directory", place)
        return place


def files(place, key=None):
    """The two files of an identity, or one's certificate with another's key."""
    return [str(place / "certificate.pem"), str((key or place) / "private.key")]


class SigningTests(unittest.TestCase):
    shared = None

    def setUp(self):
        self.service = self.shared.service
        self.market = self.service.nodes[0]
        self.mine = self.service.operator(self.market)

    def visit(self, language="en", viewport=DESKTOP):
        """The page, at market's node, of somebody who has logged in."""
        context = self.shared.browser.new_context(
            viewport=viewport, storage_state=self.shared.session, locale={"zh": "zh-CN", "en": "en-GB"}[language])
        self.addCleanup(context.close)
        context.set_default_timeout(PATIENCE)
        page = Page(context.new_page(), self.market)
        page.posts = []
        page.page.on("request", lambda request: page.posts.append(request) if request.method == "POST" else None)
        self.addCleanup(lambda: self.assertEqual((page.complaints, page.foreign), ([], [])))
        page.open(PATH)
        page.page.locator("#people-rows td.none, #people-rows td.num").first.wait_for()
        return page

    def hold(self, page):
        page.page.locator("#identity-files").set_input_files(files(self.mine))
        page.page.locator("#identity-standing", has_text="market/administrator/operator").wait_for()

    def open_form(self, page, name):
        page.page.locator(f"details:has(form[data-form='{name}']) summary").click()
        return page.page.locator(f"form[data-form='{name}']")

    def trust(self, page, issuer):
        """Fills in that an identity platform is trusted, and asks to see what is signed."""
        form = self.open_form(page, "platform")
        form.locator("[name='issuer']").fill(issuer)
        form.locator("[name='audience']").fill("zhenglian")
        form.locator("[name='keySet']").fill(f"{issuer}/jwks")
        form.locator("[value='ES256']").check()
        form.locator("button").click()

    def review(self, page):
        """What is shown to be signed."""
        page.page.locator("dialog#review[open]").wait_for()
        return page.page.locator("#review").inner_text()

    def sign(self, page, kind="done"):
        """Signs what is shown, and waits for what becomes of it."""
        page.page.locator("#sign").click()
        page.page.locator(f"#outcome.telling-{kind} a").wait_for()
        return page.page.locator("#outcome").inner_text()

    def approve(self, page, what):
        page.page.locator("#ballots tr", has_text=what).locator("button[data-act='approve']").click()

    def is_accessible(self, page):
        found = Axe().run(page.page, options={"runOnly": RULES}).response["violations"]
        self.assertEqual([(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found], [])


class Approving(SigningTests):
    def propose_observer(self, name):
        """Tax proposes by command that an observer joins; what the page calls it."""
        place = self.service.identity("observer", name, "tax")
        told = self.service.act(
            "tax", "node", "join", "--certificate", place / "certificate.pem", "--host", "127.0.0.1", "--port", "7999",
            "--observer", "--accept-no-fault-tolerance")
        self.assertIsNone(told.get("epoch"))
        return f"tax/observer/{name}"

    def test_a_proposal_about_members_is_decided_by_a_signature_in_the_browser(self):
        name = self.propose_observer("copy")
        page = self.visit()
        self.approve(page, name)
        page.page.locator("#outcome.telling-failed", has_text="Choose your certificate and key first").wait_for()
        self.hold(page)
        self.approve(page, name)
        told = self.review(page)
        for words in ("Approve a proposal about members", f"add {name} at 127.0.0.1:7999", "market/administrator/operator",
                      "trial", "the word of this node", "Valid until height"):  # fmt: skip
            self.assertIn(words, told)
        self.is_accessible(page)
        page.page.screenshot(path=SCREENSHOTS / "signing-review-en.png")
        page.page.locator("#cancel").click()
        page.page.locator("#outcome", has_text="Nothing was signed.").wait_for()
        self.assertEqual(page.posts, [])
        self.approve(page, name)
        self.review(page)
        outcome = self.sign(page)
        self.assertIn("Decided", outcome)
        page.page.locator("#ballots tr", has_text=name).wait_for(state="detached")
        # The command has the last word.
        members = json.dumps(self.service.act("tax", "consortium", "members"))
        self.assertIn(name, members)
        self.assertEqual(len(page.posts), 1, "one transaction, and nothing else")
        identifier = page.page.locator("#outcome a").get_attribute("href").rpartition("/")[2]
        page.open(f"/explorer/transactions/{identifier}")
        self.assertIn("market/administrator/operator", page.main())

    def test_a_table_is_hashed_and_shown_whole_before_it_is_approved(self):
        file = self.service.directory / "calendar.json"
        shown = self.service.act("tax", "onething", "calendar", "show")
        years = [{"year": 2031, "basis": "notice 2030-7", "holidays": ["20310101"], "workingWeekendDays": ["20310104"]}]
        file.write_text(json.dumps({"version": shown["version"] + 1, "years": shown["inForce"]["years"] + years}))
        told = self.service.act("tax", "onething", "calendar", "propose", file)
        page = self.visit("zh")
        self.hold(page)
        self.approve(page, "工作日历")
        told_there = self.review(page)
        for words in ("批准工作日历", told["proposal"]["digest"], "notice 2030-7", "20310101", "其摘要由本浏览器计算"):
            self.assertIn(words, told_there)
        self.is_accessible(page)
        page.page.screenshot(path=SCREENSHOTS / "signing-review-zh.png")
        self.assertIn("已生效", self.sign(page))
        after = self.service.act("tax", "onething", "calendar", "show")
        self.assertEqual((after["version"], after.get("proposal")), (shown["version"] + 1, None))
        self.assertEqual(after["inForce"]["years"][-1]["basis"], "notice 2030-7")

    def test_the_first_definition_of_a_matter_is_approved_by_its_name(self):
        departments = {"service-centre": "market", "public-security": "tax", "medical-insurance": "hrss",
                       "housing-fund": "tax", "bank": "tax"}  # fmt: skip
        words = [word for role, name in departments.items() for word in ("--department", f"{role}={name}")]
        self.service.act(
            "tax", "onething", "define", "propose", ROOT / "Definitions" / "enterprise-opening.json", *words)
        page = self.visit()
        self.hold(page)
        form = self.open_form(page, "matter")
        form.locator("[name='matter']").fill("enterprise-closing")
        form.locator("button").click()
        page.page.locator("#outcome.telling-failed", has_text="decided, withdrawn or replaced").wait_for()
        form.locator("[name='matter']").fill("enterprise-opening")
        form.locator("button").click()
        told = self.review(page)
        for word in ("Approve a definition", "enterprise-opening", "企业开办", "department: hrss", "computed in this browser"):
            self.assertIn(word, told)
        self.assertIn("Done, at height", self.sign(page))
        shown = json.dumps(self.service.act("tax", "onething", "define", "show", "enterprise-opening"))
        self.assertRegex(shown, '"approvals": ?\\["tax", ?"market"\\]')

    def test_an_altered_proposal_is_not_signed(self):
        for language, words in (("en", "What the node shows is not what its digest says"), ("zh", "与其摘要不符")):
            contract = self.service.act("tax", "consortium", "contracts", "propose", "cases", "--version", "9", "--notice",
                                        "20000", "--accept-unknown-version")  # fmt: skip
            page = self.visit(language)
            self.hold(page)

            def alter(route):
                answer = route.fetch()
                told = answer.json()
                octets = bytearray(base64.b64decode(told["answer"]))
                place = octets.index(b"cases")
                octets[place:place + 5] = b"bases"
                route.fulfill(response=answer, json={**told, "answer": base64.b64encode(octets).decode()})

            page.page.route("**/administration/answers?*contract=contracts*", alter)
            self.approve(page, "cases")
            page.page.locator("#outcome.telling-failed", has_text=words).wait_for()
            self.assertEqual(page.page.locator("dialog[open]").count(), 0)
            self.assertEqual(page.posts, [])
            page.page.unroute("**/administration/answers?*contract=contracts*")
            self.approve(page, "cases")
            self.assertIn(contract["proposal"], self.review(page))
            page.page.keyboard.press("Escape")
            self.service.act("tax", "consortium", "contracts", "withdraw", contract["proposal"])

    def test_a_proposal_is_made_and_withdrawn_in_the_browser(self):
        page = self.visit()
        self.hold(page)
        form = page.page.locator("form[data-form='contract']")
        page.page.locator("summary", has_text="A version of a contract").click()
        form.locator("[name='contract']").select_option("catalogue")
        form.locator("[name='version']").fill("7")
        height = self.service.status(self.market)["height"] + 30_000
        form.locator("[name='height']").fill(str(height))
        form.locator("button").click()
        told = self.review(page)
        for words in ("Propose a version of a contract", "put in force", "catalogue", str(height),
                      "Update your nodes first"):  # fmt: skip
            self.assertIn(words, told)
        self.assertIn("Approved by market: 1 of the 2 departments", self.sign(page))
        open_ones = self.service.act("tax", "consortium", "contracts", "show")
        self.assertIn('"catalogue"', json.dumps(open_ones))
        row = page.page.locator("#ballots tr", has_text="version 7 of catalogue")
        row.locator("button[data-act='withdraw']").click()
        self.assertIn("Withdraw a proposal about a contract", self.review(page))
        self.assertIn("Done, at height", self.sign(page))
        row.wait_for(state="detached")

    def test_a_refusal_of_the_ledger_is_told_in_words(self):
        for language, words in (("en", "refused"), ("zh", "拒绝")):
            page = self.visit(language)
            self.hold(page)
            form = self.open_form(page, "definition")
            form.locator("[name='definition']").set_input_files(str(ROOT / "Definitions" / "enterprise-opening.json"))
            form.locator("button").click()
            told = self.review(page)
            self.assertIn("enterprise-opening", told)
            self.assertIn("企业开办", told)
            outcome = self.sign(page, "failed")
            self.assertIn(words, outcome)
            self.assertIn("unknownDepartment", outcome)


class Keys(SigningTests):
    def test_other_peoples_files_are_refused_in_both_languages(self):
        other = self.service.identity("administrator", "other")
        cases = {
            "foreign key": (files(self.mine, key=other), "not that of the certificate", "不匹配"),
            "client": (files(self.service.client(self.market)), "not an administrator's", "不是管理员证书"),
            "tax": (files(self.service.operator(self.service.nodes[1])), "of another department", "其他部门"),
            "no key": (files(self.mine)[:1], "Choose one private key", "请选择一个私钥"),
        }
        for language, place in (("en", 1), ("zh", 2)):
            page = self.visit(language)
            for name, case in cases.items():
                with self.subTest(name, language=language):
                    page.page.locator("#identity-files").set_input_files(case[0])
                    page.page.locator("#identity-standing.telling-failed", has_text=case[place]).wait_for()
                    self.assertTrue(page.page.locator("#forget").is_hidden())
            self.assertEqual(page.posts, [])

    def test_the_key_is_forgotten_by_the_button_and_by_leaving(self):
        page = self.visit()
        self.hold(page)
        self.assertEqual(page.page.locator("#identity-files").input_value(), "")
        page.page.locator("#forget").click()
        page.page.locator("#identity-standing", has_text="The key is forgotten.").wait_for()
        self.hold(page)
        page.open("/operations")
        page.page.go_back()
        page.page.locator("#identity-standing", has_text=re.compile("No key is held|The key is forgotten")).wait_for()
        self.assertTrue(page.page.locator("#forget").is_hidden())
        kept = page.page.evaluate("async () => [localStorage.length, sessionStorage.length, document.cookie, "
                                  "(await indexedDB.databases()).length, (await caches.keys()).length]")  # fmt: skip
        self.assertEqual([kept[0], kept[1], kept[3], kept[4]], [0, 0, 0, 0])
        self.assertNotIn("KEY", kept[2])

    def test_nothing_of_the_key_is_sent(self):
        page = self.visit()
        sent = []
        page.page.on("request", lambda request: sent.append((request.url, request.post_data_buffer or b"")))
        self.hold(page)
        self.trust(page, "https://key.example.gov.cn")
        self.review(page)
        self.sign(page)
        text = (self.mine / "private.key").read_text()
        key = base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-----")))
        secret = key[36:68]
        for url, body in sent:
            self.assertNotIn(b"PRIVATE KEY", body)
            self.assertNotIn(secret, body)
            self.assertNotIn(secret.hex(), url)

    def test_a_session_that_has_ended_hands_nothing_in(self):
        for language, words in (("en", "Your session has ended"), ("zh", "会话已结束")):
            page = self.visit(language)
            self.hold(page)
            self.trust(page, "https://late.example.gov.cn")
            self.review(page)
            page.page.context.clear_cookies()
            self.assertIn(words, self.sign(page, "failed"))
            # The browser tells the refusal of itself.
            self.assertEqual(len(page.complaints), 1)
            self.assertIn("401", page.complaints.pop())
        listed = json.dumps(self.service.act("market", "gateway", "platforms", "list"))
        self.assertNotIn("late.example", listed)


class Users(SigningTests):
    def test_people_applications_and_platforms_are_registered_and_ended(self):
        page = self.visit()
        self.hold(page)
        self.platform(page)
        subject = self.person(page)
        self.application(page)
        people = self.service.act("market", "gateway", "people", "list")["people"]
        self.assertEqual([one["subject"] for one in people], [subject])
        self.assertIsNone(people[0].get("endedAt"))
        for name, what in (("people", subject), ("applications", "counter"), ("platforms", ISSUER)):
            row = page.page.locator(f"#{name}-rows tr", has_text=what)
            row.locator("button", has_text=re.compile("^End$")).click()
            self.review(page)
            self.sign(page)
            page.page.locator(f"#{name}-rows tr", has_text=what).filter(has_text="ended").wait_for()
        self.assertIsNotNone(self.service.act("market", "gateway", "people", "list")["people"][0]["endedAt"])
        listed = self.service.act("market", "gateway", "applications", "list")["applications"]
        self.assertEqual([(one["name"], one["status"]) for one in listed], [("counter", "ended")])

    def platform(self, page):
        self.trust(page, ISSUER)
        self.assertIn("Trust an identity platform", self.review(page))
        self.sign(page)
        page.page.locator("#platforms-rows", has_text=ISSUER).wait_for()

    def person(self, page):
        """Registers a person; the digest that the command has for the same subject."""
        salt = self.service.directory / "salt"
        self.service.run("gateway", "people", "salt", salt)
        form = self.open_form(page, "person")
        form.locator("[name='issuer']").fill(ISSUER)
        form.locator("[name='subject']").fill("110-一")
        form.locator("[name='salt']").set_input_files(str(salt))
        form.locator("[name='lastDay']").fill("2031-12-31")
        form.locator("[value='traces:read']").check()
        form.locator("[value='ledger:read']").check()
        form.locator("button").click()
        told = self.review(page)
        self.assertIn("ledger:read, traces:read", told)
        self.assertNotIn("110-一", told)
        self.sign(page)
        page.page.locator("#people-rows", has_text=ISSUER).wait_for()
        # The same person by command is the same record.
        node = self.market
        words = ["gateway", "people", "register", "--issuer", ISSUER, "--salt", salt, "--until", "20311231",
                 "--entitlement", "ledger:read"]  # fmt: skip
        told = self.service.ask(*words, *self.service.connection(node, self.mine), given="110-一\n")
        digest = re.search("[0-9a-f]{64}", json.dumps(told))[0]
        self.assertIn(digest, page.page.locator("#people-rows").inner_text())
        return digest

    def application(self, page):
        form = self.open_form(page, "application")
        form.locator("[name='name']").fill("counter")
        form.locator("[name='displayName']").fill("综合窗口")
        form.locator("[name='perMinute']").fill("600")
        form.locator("[name='lastDay']").fill("2031-12-31")
        form.locator("[name='member']").fill("window")
        form.locator("[value='licences:read']").check()
        form.locator("button").click()
        told = self.review(page)
        self.assertIn("market/client/window", told)
        self.sign(page)
        for title, state in (("Suspend", "suspended"), ("Resume", "active")):
            row = page.page.locator("#applications-rows tr", has_text="counter")
            row.locator("button", has_text=title).click()
            self.review(page)
            self.sign(page)
            row.filter(has_text=state).wait_for()
        row.locator("button", has_text="Change").click()
        self.assertTrue(form.locator("[name='isKnown']").is_checked())
        form.locator("[name='perMinute']").fill("1200")
        form.locator("button").click()
        self.assertIn("1200 in a minute", self.review(page))
        self.sign(page)
        page.page.locator("#applications-rows tr", has_text="1200").wait_for()


class Appearance(SigningTests):
    def test_the_page_is_accessible_and_fits_in_both_languages(self):
        for language in ("en", "zh"):
            page = self.visit(language)
            for one in page.page.locator("details summary").all():
                one.click()
            self.is_accessible(page)
            page.page.screenshot(path=SCREENSHOTS / f"administration-{language}.png", full_page=True)
            page.page.set_viewport_size(TELEPHONE)
            width = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            self.assertLessEqual(width[0], width[1], "the page is wider than its window")


class Shared:
    """What all tests stand on, made once."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        try:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="zhenglian-signing-"))
            self.stack.callback(shutil.rmtree, folder)
            self.service = Service(folder)
            self.stack.callback(self.service.stop_all)
            self.service.begin()
            self.browser = launched(self.stack)
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.session = session(self.browser, self.service.nodes[0], "reader")
        except BaseException:
            self.stack.close()
            raise


def setUpModule():
    SigningTests.shared = Shared()
    unittest.addModuleCleanup(SigningTests.shared.stack.close)


if __name__ == "__main__":
    unittest.main()

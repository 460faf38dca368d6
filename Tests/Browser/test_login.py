"""People log in to the console by an identity platform's own pages: a real node, a real browser, a small platform."""

import contextlib
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

from axe_playwright_python.sync_playwright import Axe

import issuer as platform
from browser import launched
from consoles import PATIENCE, Page

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Trials"))
from consortium import Consortium, free_ports  # noqa: E402  (found by the line above)

CLIENT, SECRET = "console-1", "a secret: &+%/="
ENTITLEMENTS = ["ledger:read", "traces:read"]
UNTIL = (datetime.date.today() + datetime.timedelta(days=30)).strftime("%Y%m%d")


class Service(Consortium):
    """One node, whose department trusts the platform, has the console as an application, and knows one person."""

    def __init__(self, directory, issuer):
        super().__init__(ROOT / ".build" / "debug" / "zhenglian", directory, count=1, spares=1)
        self.issuer = issuer
        self.node = self.nodes[0]
        [port] = free_ports(1)
        self.console = f"http://127.0.0.1:{port}"
        self.salt = self.node.directory / "data" / "gateway" / "subject.salt"

    def begin(self):
        self.found()
        self.salt.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.run("gateway", "people", "salt", self.salt)
        secret = self.node.directory / "client.secret"
        secret.touch(mode=0o600)
        secret.write_text(f"{SECRET}\n")
        path = self.node.directory / "node.json"
        configuration = json.loads(path.read_text())
        configuration["gateway"] = {
            "listen": {"host": "127.0.0.1", "port": int(self.console.rpartition(":")[2])},
            "login": {"issuer": self.issuer.address, "client": CLIENT, "secret": "client.secret"}}
        path.write_text(json.dumps(configuration))
        self.start(self.node)
        self.wait(self.is_served, "the console")
        self.act(
            "platforms", "register", self.issuer.address, "--audience", "zhenglian", "--key-set",
            f"{self.issuer.address}/jwks", "--algorithm", "ES256")
        self.act(
            "applications", "register", "console", "--display-name", "控制台", "--until", UNTIL, "--per-minute",
            "6000", "--issuer", self.issuer.address, "--client", CLIENT, *self.entitlements())
        self.register("zhang")

    @staticmethod
    def entitlements():
        return [word for entitlement in ENTITLEMENTS for word in ("--entitlement", entitlement)]

    def act(self, *words, given=None):
        """What the department's administrator does."""
        command = ["gateway", *words, *self.connection(self.node, self.operator(self.node)), "--json"]
        ended = subprocess.run(
            [self.program, *map(str, command)], env=self.environment, input=given or "", capture_output=True,
            text=True, timeout=120, check=False)
        if ended.returncode != 0:
            raise AssertionError(f"{words} ended with {ended.returncode}: {ended.stderr}{ended.stdout}")
        return json.loads(ended.stdout)

    def register(self, name):
        return self.act(
            "people", "register", "--issuer", self.issuer.address, "--salt", self.salt, "--until", UNTIL,
            *self.entitlements(), given=f"{platform.PEOPLE[name]}\n")

    def is_served(self):
        state = f"{self.console}/console/state"
        with contextlib.suppress(OSError), urllib.request.urlopen(state, timeout=5) as answer:
            return answer.status == 200
        return False

    @property
    def log(self):
        return (self.node.directory / "node.log").read_text(errors="replace")


class Visit(Page):
    """A page that may ask its node and the platform, and nobody else."""

    def __init__(self, page, node):
        super().__init__(page, node)
        # What the node has answered to what led to a page.
        self.statuses = []
        page.on("response", self.note)

    def note(self, response):
        if response.request.is_navigation_request() and response.url.startswith(f"{self.node.console}/"):
            self.statuses.append(response.status)

    def look(self, request):
        if not request.url.startswith(f"{self.node.issuer.address}/"):
            super().look(request)

    def to_platform(self, path="/trace"):
        """Asks for a page, and goes to the platform in the place of it."""
        self.open(path)
        self.page.locator(f"a[href='/login/platform?next={urllib.parse.quote(path, safe='')}']").click()
        self.page.wait_for_url(f"{self.node.issuer.address}/authorize?**")

    def answer(self, name, act="go"):
        """Says who one is at the platform."""
        self.page.locator("#name").fill(name)
        self.page.locator(f"button[value='{act}']").click()

    def refusal(self, status, code, *words):
        """Waits for the page that says why nobody is in, and looks that it says so in both languages."""
        self.page.locator(".failure").wait_for()
        text = self.main()
        for word in (code, *words):
            if word not in text:
                raise AssertionError(f"'{word}' is not said: {text}")
        if self.statuses[-1] != status:
            raise AssertionError(f"the page is answered with {self.statuses[-1]}")


class LogIn(unittest.TestCase):
    shared = None

    def visit(self, language="zh"):
        context = self.shared.browser.new_context(locale={"zh": "zh-CN", "en": "en-GB"}[language])
        self.addCleanup(context.close)
        context.set_default_timeout(PATIENCE)
        page = Visit(context.new_page(), self.shared.service)
        self.addCleanup(lambda: self.assertEqual((page.complaints, page.foreign), ([], [])))
        return page

    @property
    def console(self):
        return self.shared.service.console

    def test_a_person_goes_to_the_page_that_was_asked_for_and_logs_out_again(self):
        for language, link, asked in (
            ("zh", "通过统一身份认证平台登录", "zh-CN"), ("en", "Log in by the unified identity platform", "en")):
            with self.subTest(language):
                page = self.visit(language)
                page.open("/trace")
                self.assertEqual(page.page.url, f"{self.console}/login?next=%2Ftrace")
                page.page.get_by_text(link).click()
                page.page.wait_for_url(f"{self.shared.issuer.address}/authorize?**")
                self.assertEqual(self.shared.issuer.asked[-1]["ui_locales"], asked)
                page.answer("zhang")
                page.page.wait_for_url(f"{self.console}/trace")
                page.page.wait_for_load_state("load")
                who = page.page.locator(".tools .visitor").inner_text()
                self.assertRegex(who, r"^person/market/[0-9a-f]{64}$")
                self.check_cookies(page)
                page.open("/explorer")
                self.assertEqual(page.page.locator(".tools .visitor").inner_text(), who)
                page.page.locator("form[action='/logout'] button").click()
                page.page.wait_for_url(f"{self.shared.issuer.address}/out?**")
                self.assertEqual(
                    self.shared.issuer.asked[-1],
                    {"client_id": CLIENT, "post_logout_redirect_uri": f"{self.console}/"})
                page.page.locator("#back").click()
                page.page.wait_for_url(f"{self.console}/")
                self.assertEqual(page.page.locator(".tools a[href='/login']").count(), 1)
                page.open("/trace")
                self.assertIn("/login?next=", page.page.url)

    def check_cookies(self, page):
        cookies = {cookie["name"]: cookie for cookie in page.page.context.cookies()}
        session, attempt = cookies["zhenglian-session"], cookies["zhenglian-login"]
        self.assertTrue(session["httpOnly"] and attempt["httpOnly"])
        self.assertEqual((session["sameSite"], session["path"]), ("Strict", "/"))
        self.assertEqual((attempt["sameSite"], attempt["path"]), ("Lax", "/login/platform"))

    def test_whoever_has_no_role_is_told_what_to_do(self):
        page = self.visit("en")
        page.to_platform()
        page.refused = 403
        page.answer("li")
        page.refusal(
            403, "unknownPerson", "未登记您的权限", "has registered no role for you", "zhenglian gateway people register")
        report = Axe().run(page.page).response
        self.assertEqual([violation["id"] for violation in report["violations"]], [])
        page.refused = None
        # Once the administrator has done so, the same person comes in.
        self.shared.service.register("li")
        page.page.locator("main a[href='/login']").click()
        page.page.locator("a[href='/login/platform?next=%2F']").click()
        page.page.wait_for_url(f"{self.shared.issuer.address}/authorize?**")
        page.answer("li")
        page.page.wait_for_url(f"{self.console}/")
        self.assertEqual(page.page.locator(".tools .visitor").count(), 1)

    def test_a_log_in_may_be_cancelled(self):
        page = self.visit()
        page.to_platform()
        page.refused = 401
        page.answer("zhang", act="cancel")
        page.refusal(401, "cancelled", "未在身份认证平台完成登录", "You have not logged in at the identity platform")
        page.open("/trace")
        self.assertIn("/login?next=", page.page.url)

    def test_an_answer_that_was_tampered_with_lets_nobody_in(self):
        other = f"http://localhost:1/{'A' * 20}"
        for spoiled, status, code in (
            ({"state": "A" * 43}, 400, "unknownLogIn"), ({"iss": other}, 502, "invalidAnswer"),
            ({"code": "guessed"}, 502, "invalidAnswer")):
            with self.subTest(spoiled=spoiled):
                page = self.visit()
                page.to_platform()
                self.shared.issuer.spoiled = spoiled
                self.addCleanup(self.shared.issuer.spoiled.clear)
                page.refused = status
                page.answer("zhang")
                page.refusal(status, code)
                page.open("/trace")
                self.assertIn("/login?next=", page.page.url)

    def test_a_link_with_somebody_elses_answer_logs_nobody_in(self):
        mine = self.visit()
        mine.to_platform()
        # The answer of this log-in, brought by another browser: what a link that somebody sends would do.
        link = self.shared.issuer.answer(dict(self.shared.issuer.asked[-1]), "zhang")
        victim = self.visit()
        victim.refused = 400
        self.assertEqual(victim.page.goto(link).status, 400)
        self.assertIn("unknownLogIn", victim.main())
        victim.to_platform()
        victim.refused = 400
        self.assertEqual(victim.page.goto(link).status, 400, "with a log-in of its own under way as well")
        # In its own browser it holds, once.
        mine.page.goto(link)
        mine.page.wait_for_url(f"{self.console}/trace")
        mine.refused = 400
        self.assertEqual(mine.page.goto(link).status, 400)

    def test_nobody_is_sent_elsewhere_afterwards(self):
        page = self.visit()
        page.open(f"/login?next={urllib.parse.quote('//localhost:1/', safe='')}")
        page.page.locator("a[href='/login/platform?next=%2F']").click()
        page.page.wait_for_url(f"{self.shared.issuer.address}/authorize?**")
        page.answer("zhang")
        page.page.wait_for_url(f"{self.console}/")

    def test_a_session_ends_with_the_role(self):
        service = self.shared.service
        digest = service.register("wang")
        page = self.visit()
        page.to_platform()
        page.answer("wang")
        page.page.wait_for_url(f"{self.console}/trace")
        subject = page.page.locator(".tools .visitor").inner_text().rpartition("/")[2]
        self.assertIn(subject, json.dumps(digest))
        service.act("people", "end", "--issuer", service.issuer.address, "--digest", subject)
        page.open("/trace")
        self.assertIn("/login?next=", page.page.url)

    @classmethod
    def tearDownClass(cls):
        # Neither a person nor a secret is in the log of the node, whatever has happened above.
        log = cls.shared.service.log
        for word in (*platform.PEOPLE.values(), *cls.shared.issuer.codes, SECRET, "id_token"):
            if word in log:
                raise AssertionError(f"'{word}' is in the node's log")


class Shared:
    """What all tests stand on, made once."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        try:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="zhenglian-login-"))
            self.stack.callback(shutil.rmtree, folder)
            self.issuer = self.stack.enter_context(platform.running(CLIENT, SECRET))
            self.service = Service(folder, self.issuer)
            self.stack.callback(self.service.stop_all)
            self.service.begin()
            self.browser = launched(self.stack)
        except BaseException:
            self.stack.close()
            raise


def setUpModule():
    LogIn.shared = Shared()
    unittest.addModuleCleanup(LogIn.shared.stack.close)


if __name__ == "__main__":
    unittest.main()

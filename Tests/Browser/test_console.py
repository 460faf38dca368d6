"""The console in a real browser, of a consortium of real nodes on which the demonstration's story has been told."""

import json
import re
import statistics
import time
import unittest
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe

from browser import SCREENSHOTS
from consoles import DESKTOP, PASSWORD, TELEPHONE, WALL, ConsoleTests, Page, Shared, measured
from story import DOCUMENT, DOCUMENT_IDENTIFIER, ISSUED_IDENTIFIER
from test_verify_page import CONTRAST

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = "<script>globalThis.ran=1</script><img src=x onerror=globalThis.ran=1>"
# Every control that the keyboard has to reach, numbered, so that what has the focus can be told.
CONTROLS = """() => {
    const names = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const all = [...document.querySelectorAll(names)];
    const shown = all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled);
    shown.forEach((one, index) => { one.dataset.control = String(index); });
    return shown.map((one) => one.outerHTML.slice(0, 90));
}"""
# Which control has the focus, and whether that can be seen: at it, or at the label that stands for it.
FOCUSED = """() => {
    const one = document.activeElement;
    const seen = [one, ...(one.labels ?? [])].some((part) => {
        const style = getComputedStyle(part);
        const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return outline || style.boxShadow !== "none";
    });
    return [one.dataset.control ?? null, seen];
}"""
# Texts with letters of the other language: not those of that language on purpose, nor what stands on the ledger.
FOREIGN = """(pattern) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const language = document.documentElement.lang.slice(0, 2);
    const found = [];
    while (walker.nextNode()) {
        const [node, parent] = [walker.currentNode, walker.currentNode.parentElement];
        if (!new RegExp(pattern).test(node.data) || !parent.checkVisibility()) continue;
        if (parent.closest("script, style, [aria-hidden], .num, .digest, code, pre")) continue;
        // The contract's own words, where it has rejected something.
        if (parent.closest("blockquote")) continue;
        if (!parent.closest("[lang]").lang.startsWith(language)) continue;
        found.push(node.data.trim());
    }
    return found;
}"""


class FirstPage(ConsoleTests):
    def test_it_is_small_and_comes_soon(self):
        times, sizes = [], []
        for _ in range(5):
            page = self.visit(visitor=False)
            sizes.append(0)

            def add(event):
                sizes[-1] += int(event["encodedDataLength"])

            probe = page.page.context.new_cdp_session(page.page)
            probe.on("Network.loadingFinished", add)
            probe.send("Network.enable")
            page.open("/")
            times.append(page.page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventStart"))
            # Whatever scripts have asked for since has come with the first word of the node's standing.
            page.page.wait_for_function("() => performance.getEntriesByType('resource').length >= 5")
            self.check(page)
            page.page.context.close()
        measured(f"first page: load event after {statistics.median(times):.0f} ms (median of {len(times)}, "
                 f"{min(times):.0f} to {max(times):.0f}), {max(sizes)} bytes in all")
        self.assertLess(statistics.median(times), 3_000)
        self.assertGreater(min(sizes), 10_000)
        self.assertLess(max(sizes), 200_000)


class LogIn(ConsoleTests):
    def test_only_the_right_password_goes_in_and_logging_out_ends_the_session(self):
        page = self.visit(visitor=False)
        page.open("/explorer?lang=zh")
        self.assertEqual(page.page.url, f"{self.market.console}/login?next=%2Fexplorer")
        with page.expecting(401):
            page.log_in("reader", "wrong horse battery")
        self.assertIn("用户名或密码不正确", page.main())
        page.log_in("reader")
        page.page.wait_for_url(f"{self.market.console}/explorer")
        self.assertIn("reader", page.page.locator(".tools").inner_text())
        cookies = page.page.context.cookies()
        session = next(cookie for cookie in cookies if cookie["name"] == "zhenglian-session")
        self.assertTrue(session["httpOnly"])
        self.assertEqual(session["sameSite"], "Strict")
        page.page.locator("form[action='/logout'] button").click()
        page.page.wait_for_url(f"{self.market.console}/")
        self.assertEqual(page.page.locator(".tools a[href='/login']").count(), 1)
        page.open("/explorer")
        self.assertIn("/login?next=", page.page.url)
        # The session itself has ended, not only the browser's knowledge of it.
        page.page.context.add_cookies([session])
        page.open("/explorer")
        self.assertIn("/login?next=", page.page.url)

    def test_five_failures_lock_and_the_page_says_until_when(self):
        page = self.visit(node=self.story.nodes["hrss"], visitor=False, language="en")
        page.open("/login")
        for _ in range(5):
            with page.expecting(401):
                page.log_in("clerk", "wrong horse battery")
            self.assertIn("Name and password do not belong together", page.main())
        with page.expecting(429):
            page.log_in("clerk")
        said = re.search(r"try again after \d{4}-\d\d-\d\d (\d\d):(\d\d):\d\d", page.main())
        self.assertIsNotNone(said, page.main())
        # Beijing time, which has no summer time.
        now = time.gmtime(time.time() + 8 * 3_600)
        ahead = (int(said[1]) * 60 + int(said[2]) - now.tm_hour * 60 - now.tm_min) % 1_440
        self.assertTrue(10 <= ahead <= 15, ahead)
        page.open("/explorer")
        self.assertIn("/login", page.page.url)

    def test_whoever_lacks_an_entitlement_is_told_which(self):
        page = self.visit(visitor=False)
        page.open("/login?next=/trace&lang=en")
        with page.expecting(303):
            page.log_in("guest")
        page.refused = 403
        page.page.wait_for_url(f"{self.market.console}/trace")
        for words in ("403", "you may not see this", "ask an administrator of your department for 'traces:read'",
                      "您无权查看此页", "traces:read"):  # fmt: skip
            self.assertIn(words, page.main())
        page.complaints.clear()
        page.open("/explorer")
        self.assertIn("Newest blocks", page.main())

    def test_a_form_from_elsewhere_is_refused(self):
        body = f"name=reader&password={PASSWORD.replace(' ', '+')}&next=/".encode()
        for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {}):
            request = urllib.request.Request(f"{self.market.console}/login", body, headers)
            with self.assertRaises(urllib.error.HTTPError) as refusal:
                urllib.request.urlopen(request, timeout=60)
            self.assertEqual(refusal.exception.code, 403)
            self.assertIsNone(refusal.exception.headers["Set-Cookie"])
            refusal.exception.close()

    def test_logging_in_leads_to_no_other_host(self):
        for path in ("https://example.org/", "//example.org/", "/\\example.org/", "javascript:globalThis.ran=1"):
            page = self.visit(visitor=False)
            page.open(f"/login?next={path}")
            page.log_in("guest")
            page.page.wait_for_url(f"{self.market.console}/")


class EveryPage(ConsoleTests):
    """Each page in both languages, in both themes, at a desk and on a telephone, by eye, keyboard and ear."""

    def test_at_a_desk_and_on_a_telephone(self):
        counted = 0
        for language in ("zh", "en"):
            page = self.visit(language=language)
            for name, path in self.paths().items():
                with self.subTest(name, language=language):
                    page.page.set_viewport_size(WALL if name == "dashboard" else DESKTOP)
                    page.open(path)
                    self.is_ready(page, name)
                    self.speaks(page, language)
                    for theme in ("light", "dark"):
                        self.put_on(page, theme)
                        self.is_accessible(page)
                        counted += 1
                        # Each page in each language and in each theme, but not in all four.
                        if (language, theme) in (("zh", "dark"), ("en", "light")):
                            self.picture(page, f"{name}-{language}-{theme}")
                    page.page.set_viewport_size(TELEPHONE)
                    self.fits(page)
                    self.picture(page, f"{name}-{language}-telephone")
        measured(f"axe-core and contrast hold on {counted} pages")

    def is_ready(self, page, name):
        if name == "verify":
            page.page.locator('.verify[data-ready][aria-busy="false"]').wait_for()
        if name == "dashboard":
            page.page.locator("#blocks li").first.wait_for()

    def speaks(self, page, language):
        """The page says what it is, in its language."""
        tag = page.page.locator("html").get_attribute("lang")
        self.assertEqual(tag, {"zh": "zh-Hans", "en": "en"}[language])
        title, product = page.page.title(), {"zh": "证链 demo", "en": "Zhenglian demo"}[language]
        self.assertTrue(title.endswith(f" · {product}") and len(title) > len(product) + 3, title)
        pattern = {"en": "[\u4e00-\u9fff]", "zh": "[A-Za-z]{2,} [A-Za-z]{2,}"}[language]
        foreign = [text for text in page.page.evaluate(FOREIGN, pattern) if text not in self.shared.data]
        self.assertEqual(foreign, [])

    def put_on(self, page, theme):
        """Changes the theme by the button that people have for it."""
        root = page.page.locator("html")
        if root.get_attribute("data-theme") != theme:
            page.page.locator("#theme").click()
        if root.get_attribute("data-theme") != theme:
            page.page.locator("#theme").click()
        self.assertEqual(root.get_attribute("data-theme"), theme)

    def is_accessible(self, page):
        found = Axe().run(page.page, options={"runOnly": RULES}).response["violations"]
        self.assertEqual([(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found], [])
        texts = page.page.evaluate(CONTRAST)
        self.assertGreater(len(texts), 10)
        self.assertEqual([text for text in texts if text[1] < 4.5], [])

    def fits(self, page):
        width = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        self.assertLessEqual(width[0], width[1], "the page is wider than its window")

    def picture(self, page, name):
        page.page.screenshot(path=SCREENSHOTS / f"console-{name}.png", full_page=True)

    def test_everything_is_reached_by_the_keyboard(self):
        page = self.visit(language="en")
        for name, path in self.paths().items():
            with self.subTest(name):
                page.open(path)
                self.is_ready(page, name)
                page.page.evaluate("document.activeElement.blur()")
                controls = page.page.evaluate(CONTROLS)
                reached, seen = set(), set()
                # A field for a date is several stops.
                for _ in range(3 * len(controls) + 5):
                    page.page.keyboard.press("Tab")
                    number, is_seen = page.page.evaluate(FOCUSED)
                    if number is not None:
                        reached.add(int(number))
                        seen.update([int(number)] if is_seen else [])
                    if len(reached) == len(controls):
                        break
                self.assertEqual([controls[one] for one in range(len(controls)) if one not in reached], [])
                self.assertEqual([controls[one] for one in reached - seen], [])

    def test_the_first_stop_leads_to_the_content(self):
        for path in ("/", "/explorer", "/dashboard"):
            page = self.visit()
            page.open(path)
            page.page.keyboard.press("Tab")
            skip = page.page.locator(".skip")
            self.assertTrue(skip.evaluate("(one) => one === document.activeElement"))
            box = skip.bounding_box()
            self.assertTrue(box["x"] >= 0 and box["y"] >= 0, box)
            page.page.keyboard.press("Enter")
            target = skip.get_attribute("href")
            page.page.wait_for_function("(target) => location.hash === target", arg=target)
            page.page.keyboard.press("Tab")
            self.assertTrue(page.page.evaluate("document.querySelector('main').contains(document.activeElement)"))

    def test_a_slash_leads_to_the_search(self):
        page = self.visit()
        page.open("/explorer")
        page.page.keyboard.press("/")
        page.page.keyboard.type("3")
        page.page.keyboard.press("Enter")
        page.page.wait_for_url("**/explorer/search?q=3")
        self.assertIn("区块", page.main())

    def test_the_language_stays_and_the_page_too(self):
        page = self.visit()
        page.open("/onethings/inbox?department=tax")
        page.page.locator(".tools a[hreflang]").click()
        page.page.wait_for_url(re.compile(r"lang=en"))
        self.assertIn("/onethings/inbox?department=tax", page.page.url)
        page.open("/explorer")
        self.assertEqual(page.page.locator("html").get_attribute("lang"), "en")

    def test_the_theme_stays(self):
        page = self.visit()
        page.open("/")
        page.page.locator("#theme").click()
        page.open("/explorer")
        self.assertEqual(page.page.locator("html").get_attribute("data-theme"), "dark")

    def test_more_windows_than_a_browser_has_connections_are_all_shown(self):
        first = self.visit()
        first.open("/explorer")
        for _ in range(8):
            page = first.page.context.new_page()
            page.goto(f"{self.market.console}/explorer", wait_until="load", timeout=20_000)


class Verifying(ConsoleTests):
    """The page Verify of the console, with the network switched off after it has come."""

    def online_once(self):
        page = self.visit(visitor=False, language="en")
        page.open("/verify")
        page.page.locator('.verify[data-ready][aria-busy="false"]').wait_for()
        page.page.context.set_offline(True)
        self.addCleanup(self.forgive, page)
        return page

    @staticmethod
    def forgive(page):
        # What the page asks about the chain while there is no network: nothing of that is about files.
        page.complaints = [text for text in page.complaints if "ERR_INTERNET_DISCONNECTED" not in text]

    def give(self, page, outcome, *files, slot="any"):
        page.page.locator(f'[data-part="file-{slot}"]').set_input_files([str(file) for file in files])
        page.page.locator(f'.verify[data-outcome="{outcome}"][aria-busy="false"]').wait_for()

    def verdicts(self, page):
        cells = page.page.locator(".report > table.checks tbody .state")
        return [cells.nth(index).get_attribute("data-verdict") for index in range(cells.count())]

    def altered(self, file):
        octets = bytearray(file.read_bytes())
        octets[len(octets) // 2] ^= 1
        path = self.shared.folder / f"altered-{file.name}"
        path.write_bytes(octets)
        return path

    def test_a_good_file_is_consistent_and_an_altered_one_differs(self):
        issued = self.story.directory / "work" / "issued-by-hand.pdf"
        receipt = self.story.directory / "receipts" / "issued-by-hand.receipt"
        page = self.online_once()
        self.give(page, "consistent", issued, receipt)
        self.assertEqual(self.verdicts(page)[:2], ["established", "established"])
        self.assertIn(ISSUED_IDENTIFIER, page.main())
        page.page.screenshot(path=SCREENSHOTS / "console-verify-consistent.png", full_page=True)
        self.give(page, "fileDiffers", self.altered(issued), slot="licence")
        self.assertEqual(self.verdicts(page)[1], "contradicted")
        page.page.screenshot(path=SCREENSHOTS / "console-verify-differs.png", full_page=True)

    def test_a_file_is_found_among_the_licences_of_a_table(self):
        page = self.online_once()
        self.give(page, "consistent", DOCUMENT, self.story.receipt_of(DOCUMENT_IDENTIFIER))
        self.assertIn(DOCUMENT_IDENTIFIER, page.main())
        self.give(page, "evidenceRefuted", self.altered(DOCUMENT), slot="licence")
        page.page.locator('[data-part="more"] summary').click()
        page.page.locator('[data-part="text"]').fill(DOCUMENT_IDENTIFIER)
        page.page.locator('.verify[data-outcome="fileDiffers"]').wait_for()

    def test_the_genesis_file_that_is_given_is_the_consortiums(self):
        with urllib.request.urlopen(f"{self.market.console}/verify/genesis", timeout=60) as answer:
            self.assertEqual(answer.read(), self.story.genesis.read_bytes())

    def test_a_receipt_alone_is_checked(self):
        page = self.online_once()
        receipt = self.story.directory / "receipts" / "issued-by-hand.receipt"
        self.give(page, "receiptHolds", receipt)
        self.assertEqual(self.verdicts(page)[0], "established")
        octets = bytearray(receipt.read_bytes())
        octets[len(octets) // 3] ^= 1
        broken = self.shared.folder / "altered.receipt"
        broken.write_bytes(octets)
        page.page.locator('[data-part="file-any"]').set_input_files(str(broken))
        page.page.wait_for_function("document.querySelector('.verify').dataset.outcome !== 'receiptHolds'")
        self.assertNotIn("established", self.verdicts(page)[:1])


    def test_it_has_one_heading_and_one_switch_of_the_language(self):
        for language in ("zh", "en"):
            page = self.visit(visitor=False, language=language)
            page.open("/verify")
            self.assertEqual(page.page.locator("h1:visible").count(), 1)
            other = {"zh": "English", "en": "中文"}[language]
            self.assertEqual(page.page.get_by_text(other, exact=True).locator("visible=true").count(), 1)


class Explorer(ConsoleTests):
    def test_from_the_newest_block_to_a_receipt_that_the_command_line_accepts(self):
        page = self.visit(language="en")
        page.open("/explorer")
        height = self.newest_block_with_transactions()
        page.page.locator(f'#newest-blocks, a[href="/explorer/blocks/{height}"]').last.click()
        page.page.wait_for_url(f"**/explorer/blocks/{height}")
        signatures = page.page.locator("section[aria-labelledby='signatures-title']").inner_text()
        rows = self.story.ask("market", f"SELECT proposer FROM blocks WHERE height = {height}")
        self.assertIn(rows[0][0], signatures)
        self.assertIn("proposed it", signatures)
        page.page.locator("section[aria-labelledby='transactions-title'] tbody a").first.click()
        page.page.wait_for_url("**/explorer/transactions/*")
        identifier = page.page.url.rsplit("/", 1)[1]
        self.assertIn("They take effect together", page.main())
        with page.page.expect_download() as download:
            page.page.locator("a.take").click()
        self.assertEqual(download.value.suggested_filename, f"demo-transaction-{identifier[:16]}.receipt")
        self.assertIn(download.value.suggested_filename, page.page.locator("[data-takes] [role=status]").inner_text())
        self.assertIn(f"zhenglian receipt verify {download.value.suggested_filename}", page.main())
        receipt = self.shared.folder / "downloaded.receipt"
        download.value.save_as(receipt)
        answer = self.story.run("receipt", "verify", receipt, "--genesis", self.story.genesis)
        self.assertIn(identifier, json.dumps(answer))
        self.assertIn(str(height), json.dumps(answer))

    def test_a_block_says_who_has_signed_it_and_that_this_was_checked(self):
        page = self.visit(language="en")
        for height in range(self.newest_block_with_transactions(), 1, -1):
            page.open(f"/explorer/blocks/{height}")
            text = page.page.locator("section[aria-labelledby='signatures-title']").inner_text()
            if "Final as the ancestor" not in text:
                break
        self.assertIn("were checked for this page", text)
        signed = page.page.locator("section[aria-labelledby='signatures-title'] tr", has_text="has signed").count()
        self.assertGreaterEqual(signed, 3)
        self.assertIn(f"{signed} validators have signed", text)

    def test_the_evidence_of_a_licence_is_taken_with_its_receipt(self):
        page = self.visit()
        page.open(f"/explorer/licences/{DOCUMENT_IDENTIFIER}")
        with page.page.expect_download() as download:
            page.page.locator("a.take").click()
        serial = DOCUMENT_IDENTIFIER.removeprefix("1.2.156.3005.2.")
        self.assertEqual(download.value.suggested_filename, f"demo-licence-{serial}.receipt")
        receipt = self.shared.folder / "licence.receipt"
        download.value.save_as(receipt)
        self.story.run("receipt", "verify", receipt, "--genesis", self.story.genesis)

    def test_a_proof_that_cannot_be_had_says_why_on_the_page(self):
        page = self.visit()
        page.open(f"/explorer/licences/{DOCUMENT_IDENTIFIER}")
        link = page.page.locator("a.take")
        link.evaluate("(one) => { one.href = one.href.replace(/[^/]+\\/receipt$/, 'nothing/receipt'); }")
        link.click()
        failed = page.page.locator("[data-takes] .taking-failed")
        failed.wait_for()
        self.assertRegex(failed.inner_text(), "[\u4e00-\u9fff]{4}")
        self.assertEqual(link.evaluate("(one) => one.closest('[data-takes]').getAttribute('aria-busy')"), "false")
        # The browser tells the refusal, which was asked for.
        page.complaints = [text for text in page.complaints if "status of 40" not in text]
        # A node that is not there.
        page.page.context.set_offline(True)
        link.click()
        page.page.locator("[data-takes] .taking-failed", has_text="节点未答复").wait_for()
        page.complaints = [text for text in page.complaints if "ERR_INTERNET_DISCONNECTED" not in text]

    def test_search_finds_by_whatever_one_has_in_hand(self):
        page = self.visit(language="en")
        transaction, code = self.newest_transaction(), self.newest_case()
        for question, path in (
            ("3", "/explorer/blocks/3"),
            (transaction, f"/explorer/transactions/{transaction}"),
            (transaction.upper(), f"/explorer/transactions/{transaction}"),
            (DOCUMENT_IDENTIFIER, f"/explorer/licences/{DOCUMENT_IDENTIFIER}"),
            (code, f"/onethings/{code}"),
            ("market", "/trace?department=market"),
        ):
            page.open("/")
            page.page.locator("#q2").fill(f" {question} ")
            page.page.locator("#q2").press("Enter")
            page.page.wait_for_url("**/explorer/search?q=*")
            hit = page.page.locator(f'main .contents a[href="{path}"]')
            self.assertEqual(hit.count(), 1, (question, page.main()))
            hit.click()
            page.page.wait_for_url(f"**{path}")
        page.open("/explorer/search?q=nothing-of-the-kind")
        self.assertIn("Nothing on this ledger has that name", page.main())

    def test_what_is_not_there_is_said_to_be_not_there(self):
        page = self.visit()
        for path, status in (
            ("/nothing", 404),
            ("/explorer/blocks/999999999", 404),
            ("/explorer/blocks/word", 400),
            (f"/explorer/transactions/{'0' * 64}", 404),
            ("/onethings/20000101-00000001-0", 404),
            ("/onethings/matters/nothing", 404),
        ):
            with self.subTest(path):
                answer = page.page.request.get(f"{self.market.console}{path}")
                self.assertIn(answer.status, (status, 400 if status == 404 else 404), path)
                page.open(path, status=answer.status)
                self.assertIn("无法显示", page.main())
                self.assertIn("返回首页", page.main())


class Following(ConsoleTests):
    def test_a_case_changes_under_the_eyes_of_whoever_looks(self):
        code = self.story.open_case()
        page = self.visit(language="en")
        page.open(f"/onethings/{code}")
        step = page.page.locator("section[aria-labelledby='steps'] tbody tr", has_text="Acceptance").first
        events = page.page.locator("#events .num").first
        before = step.inner_text()
        count = int(events.inner_text())
        page.page.evaluate("globalThis.isTheSame = true")
        page.page.locator("#progress").scroll_into_view_if_needed()
        began = time.monotonic()
        self.story.act("market", "onething", "act", code, "acceptance", "acknowledge")
        told = time.monotonic()
        page.page.wait_for_function(
            "(count) => Number(document.querySelector('#events .num').textContent) > count", arg=count)
        measured(f"a case's page changes {max(0, time.monotonic() - told) * 1000:.0f} ms after the command has ended, "
                 f"which took {told - began:.1f} s")
        self.assertNotEqual(step.inner_text(), before)
        self.assertIn("acknowledged", step.inner_text())
        self.assertTrue(page.page.evaluate("globalThis.isTheSame"))
        self.story.act("market", "onething", "act", code, "acceptance", "answer", "--answer", "accepted")
        page.page.wait_for_function(
            "(count) => Number(document.querySelector('#events .num').textContent) > count + 1", arg=count)
        self.assertIn("settled", step.inner_text())
        self.assertTrue(page.page.evaluate("globalThis.isTheSame"))
        page.open("/onethings?status=running")
        self.assertIn(code, page.main())


class Dashboard(ConsoleTests):
    """Its numbers are those that the interface and the command line give."""

    def test_cases(self):
        data, shown = self.data()
        elements = self.elements("/cases")
        states = [element["status"] for element in elements]
        cases = data["cases"]
        self.assertEqual(cases["opened"], len(states))
        self.assertEqual(cases["completed"], states.count("completed"))
        self.assertEqual(cases["running"], states.count("running") + states.count("annulling"))
        self.assertEqual(cases["endedOtherwise"], sum(states.count(word) for word in ("ended", "withdrawn", "annulled")))
        self.assertEqual(sum(cases["openedByDay"]), len(states))
        statistics_of = self.api("/statistics/cases")["matters"]
        self.assertEqual(sorted((one["matter"], one["opened"]) for one in data["funnels"]),
                         sorted((one["matter"], one["opened"]) for one in statistics_of))
        for name in ("opened", "running", "completed"):
            self.assertEqual(shown(f"#cases-{name}"), str(cases[name]))
        self.assertEqual(shown("#cases-late"), str(cases["overdueSteps"]))

    def test_licences(self):
        data, shown = self.data()
        rows = self.story.ask("market", "SELECT type, count(*), sum(status = '01') FROM catalogue GROUP BY type")
        self.assertEqual(
            sorted((one["name"], one["count"], one["inForce"]) for one in data["licencesByType"]), sorted(rows))
        for one in data["licencesByType"]:
            self.assertEqual(len(self.elements(f"/licences?type={one['name']}")), one["count"])
        told = shown("#types .num").split()
        self.assertEqual(told, [f"{one['count']:,}" for one in data["licencesByType"]][: len(told)])
        self.assertGreaterEqual(len(told), 3)
        rest = len(data["licencesByType"]) - len(told)
        self.assertEqual(shown("#types .line-more"), f"其余 {rest} 项" if rest else "")
        rows = self.story.ask(
            "market", "SELECT region, count(*), sum(status = '01') FROM catalogue GROUP BY region ORDER BY 2 DESC, 1 LIMIT 15")
        self.assertEqual([(one["name"], one["count"], one["inForce"]) for one in data["licencesByRegion"]], rows)
        told = shown("#regions .num").split()
        # As many as the panel has room for, the most frequent first, and how many there are besides.
        self.assertEqual(told, [f"{row[1]:,}" for row in rows][: len(told)])
        self.assertGreaterEqual(len(told), 8)
        rest = len(rows) - len(told)
        self.assertEqual(shown("#regions .line-more"), f"其余 {rest} 项" if rest else "")
        totals = self.story.ask("market", "SELECT count(*), sum(status = '01') FROM catalogue")[0]
        self.assertEqual((data["licences"]["count"], data["licences"]["inForce"]), totals)
        self.assertEqual(shown("#licences-all"), f"{totals[0]:,}")

    def test_a_line_opens_the_licences_that_it_counts(self):
        page = self.visit(viewport=WALL, language="en")
        page.open("/dashboard")
        for panel in ("#types", "#regions"):
            line = page.page.locator(f"{panel} a.line").first
            line.wait_for()
            count = line.locator(".num").inner_text()
            line.click()
            page.page.wait_for_url("**/explorer/licences?*")
            self.assertEqual(page.page.locator("#licence-count").inner_text(), count)
            page.page.go_back(wait_until="load")

    def test_service_and_grants(self):
        data, shown = self.data()
        cases = "SELECT code FROM cases"
        given = self.story.ask(
            "market", f"SELECT count(*) FROM case_events WHERE kind = 'released' AND code IN ({cases})")[0][0]
        self.assertEqual(data["service"]["given"], given)
        self.assertEqual(shown("#service-given"), str(given))
        grades = dict(self.story.ask("market", "SELECT rating, count(*) FROM cases WHERE rating IS NOT NULL GROUP BY 1"))
        self.assertEqual(data["service"]["ratings"], [grades.get(grade, 0) for grade in range(1, 6)])
        grants = self.story.ask("market", "SELECT count(*) FROM authorisations WHERE kind IN ('grant', 'agentGrant')")
        self.assertEqual(data["grants"]["new"], grants[0][0])
        settled, in_time = self.story.ask(
            "market", "SELECT count(*), sum(is_overdue = 0) FROM case_steps WHERE status = 'settled' AND is_window = 0")[0]
        self.assertEqual((data["service"]["settled"], data["service"]["inTime"]), (settled, in_time))

    def test_it_is_readable_from_three_metres_and_says_what_it_does_not_show(self):
        for language in ("zh", "en"):
            page = self.visit(viewport=WALL, language=language)
            page.open("/dashboard")
            page.page.locator("#blocks li").first.wait_for()
            # On a wall of 55 inches a pixel of 1080 is 0.63 mm: 13 px are 8 mm, and figures 19 mm.
            sizes = page.page.evaluate("""() => [...document.querySelectorAll('main *')]
                .filter((one) => one.childElementCount === 0 && one.textContent.trim() && one.checkVisibility())
                .map((one) => [one.textContent.trim(), parseFloat(getComputedStyle(one).fontSize)])""")
            self.assertEqual([one for one in sizes if one[1] < 12.9], [])
            figures = page.page.evaluate("""() => [...document.querySelectorAll('.totals:not(.small-totals) dd')]
                .map((one) => parseFloat(getComputedStyle(one).fontSize))""")
            self.assertGreater(min(figures), 29)
            # No line is cut through the middle, and no figure runs into the next.
            cut = page.page.evaluate("""() => [...document.querySelectorAll('.lines, .ticker')].flatMap((list) =>
                [...list.children].filter((one) => one.getBoundingClientRect().bottom
                    > list.getBoundingClientRect().bottom + 2).map((one) => one.textContent))""")
            self.assertEqual(cut, [])
            wide = page.page.evaluate("""() => [...document.querySelectorAll('.totals dd, .totals dt')]
                .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)""")
            self.assertEqual(wide, [])
            text = page.main()
            for word in ("undefined", "NaN", "null", "[object"):
                self.assertNotIn(word, text)

    def test_uses_and_denials(self):
        data, shown = self.data()
        rows = self.story.ask(
            "market", "SELECT CASE event WHEN 'release' THEN 'released' ELSE outcome END, count(*) FROM uses "
            "WHERE event IN ('decision', 'release') GROUP BY 1")
        told = {name: data["uses"][name] for name in ("allowed", "denied", "released")}
        self.assertEqual(told, dict(rows))
        for name in ("allowed", "denied"):
            self.assertEqual(sum(hour[name] for hour in data["uses"]["hours"]), told[name])
        self.assertEqual(sum(reason["count"] for reason in data["uses"]["reasons"]), told["denied"])
        others = self.story.ask(
            "market", "SELECT sum(event = 'presentation'), sum(event = 'verification' AND outcome = '0'), "
            "sum(event = 'verification' AND outcome <> '0') FROM uses")[0]
        self.assertEqual(tuple(data["uses"][name] for name in ("presented", "matched", "differing")), others)
        self.assertEqual(
            shown("#uses-totals dd").split(),
            [str(told[name]) for name in ("allowed", "denied", "released")] + [str(number) for number in others])

    def test_the_chain(self):
        data, shown = self.data()
        ledger = self.api("/ledger")
        self.assertGreaterEqual(ledger["height"], data["height"])
        block = data["blocks"][0]
        said = self.api(f"/blocks/{block['height']}")
        self.assertEqual((said["proposer"], len(said["transactions"])), (block["proposer"], block["transactions"]))
        self.assertEqual((data["quorum"], data["validatorCount"]), (3, 4))
        self.assertEqual(sorted(node["department"] for node in data["nodes"]), sorted(self.story.nodes))
        self.assertIn("4/4", shown("#nodes"))

    def test_every_figure_says_what_it_counts_and_opens_it(self):
        page = self.visit()
        page.open("/dashboard")
        links = page.page.locator("main .panel header a, main .totals dt a").all()
        figures = {}
        for link in links:
            path, _, figure = link.get_attribute("href").partition("#")
            figures.setdefault(path, set()).add(figure)
        self.assertGreater(len(figures), 6)
        for path, names in figures.items():
            with self.subTest(path):
                page.open(path)
                for name in names - {""}:
                    self.assertEqual(page.page.locator(f"#{name}").count(), 1, name)

    def data(self):
        """What the page has drawn from, and a function for what it shows."""
        page = self.visit(viewport=WALL)
        with page.page.expect_response("**/dashboard/data") as answer:
            page.open("/dashboard")
        page.page.locator("#blocks li").first.wait_for()
        return answer.value.json(), lambda selector: "\n".join(page.page.locator(selector).all_text_contents())


class Losing(ConsoleTests):
    def test_a_node_that_falls_out_of_the_quorum_says_so_to_whoever_looks(self):
        pages = {}
        for path, language in (("/explorer", "en"), ("/dashboard", "zh"), ("/", "zh")):
            page = pages[path] = self.visit(language=language)
            page.open(path)
            page.page.evaluate("globalThis.isTheSame = true")
            self.assertFalse(page.page.locator("#standing").is_visible())
        # A second window of one browser hears of it from the first, and by itself once that is closed.
        first = pages["/explorer"]
        second = Page(first.page.context.new_page(), self.market)
        self.addCleanup(self.check, second)
        second.open("/explorer/blocks")
        lost = ["tax", "hrss"]
        began = time.monotonic()
        self.story.kill(*lost)
        try:
            for path, page in pages.items():
                page.page.locator("#standing:visible").wait_for()
                measured(f"two of four nodes are lost: {path} says so after {time.monotonic() - began:.1f} s")
            self.assertRegex(
                pages["/explorer"].page.locator("#standing").inner_text(),
                r"This node has fallen out of the quorum since .*: what you see is as of height [\d,]+")
            self.assertIn("脱离法定人数", pages["/"].page.locator("#standing").inner_text())
            second.page.locator("#standing:visible").wait_for()
            pages["/explorer"].page.screenshot(path=SCREENSHOTS / "console-lost.png")
            pages["/dashboard"].page.screenshot(path=SCREENSHOTS / "console-lost-dashboard.png")
            first.page.close()
            pages["/explorer"] = second
            second.page.evaluate("globalThis.isTheSame = true")
        finally:
            self.story.start(*lost)
        began = time.monotonic()
        for path, page in pages.items():
            page.page.locator("#standing").wait_for(state="hidden")
            measured(f"and they are back: {path} says nothing after {time.monotonic() - began:.1f} s")
            self.assertTrue(page.page.evaluate("globalThis.isTheSame"))
        self.story.wait(lambda: self.story.standing(self.market) == "inQuorum", "the quorum's return")


class Hostile(ConsoleTests):
    def test_names_that_are_markup_are_text(self):
        page = self.visit(language="en")
        quoted = urllib.request.quote(HOSTILE, safe="")
        for path in (
            f"/explorer/search?q={quoted}",
            f"/onethings?matter={quoted}",
            f"/trace?licence={quoted}",
            f"/trace?department={quoted}&event={quoted}",
            f"/onethings/{quoted}",
            f"/onethings/matters/{quoted}",
            f"/explorer/licences/{quoted}",
            f"/explorer/blocks/{quoted}",
            f"/explorer/transactions/{quoted}",
            f"/login?next={quoted}",
            f"/verify?lang={quoted}",
            f"/{quoted}",
        ):
            with self.subTest(path):
                page.refused = page.page.request.get(f"{self.market.console}{path}").status
                self.assertIn(page.refused, (200, 400, 404), path)
                page.open(path, status=page.refused)
                self.assertIsNone(page.page.evaluate("globalThis.ran ?? null"))
                self.assertEqual(page.page.locator("img").count(), 0)
                self.assertEqual(page.page.locator("script:not([src])").count(), 0)
        page.open("/")
        page.page.locator("#q").fill(HOSTILE)
        page.page.locator("#q").press("Enter")
        page.page.wait_for_url("**/explorer/search?q=*")
        self.assertIn(HOSTILE, page.main())
        self.assertIsNone(page.page.evaluate("globalThis.ran ?? null"))

    def test_nothing_is_run_that_is_not_a_file_of_the_node(self):
        page = self.visit()
        page.open("/explorer")
        found = page.page.evaluate(
            """async () => {
                const refused = new Set();
                const all = new Promise((resolve) => document.addEventListener("securitypolicyviolation", (event) => {
                    refused.add(event.effectiveDirective);
                    if (refused.size === 3) resolve();
                }));
                const script = document.createElement("script");
                script.textContent = "globalThis.ran = true";
                document.body.append(script);
                document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='globalThis.ran = true'>");
                try { await fetch("http://127.0.0.1:9/"); } catch { /* Told by the event. */ }
                await all;
                return { ran: globalThis.ran === true, refused: [...refused].sort() };
            }"""
        )
        self.assertFalse(found["ran"])
        self.assertEqual(found["refused"], ["connect-src", "script-src-attr", "script-src-elem"])
        page.complaints.clear()
        page.foreign.clear()


def setUpModule():
    ConsoleTests.shared = Shared()
    unittest.addModuleCleanup(ConsoleTests.shared.stack.close)


if __name__ == "__main__":
    unittest.main()

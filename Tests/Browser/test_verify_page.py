"""The page Verify as people use it: online under the gateway's policy, and saved to disk with the network off."""

import contextlib
import functools
import hashlib
import pathlib
import re
import subprocess
import tempfile
import unittest

from axe_playwright_python.sync_playwright import Axe

import assemble_offline
from browser import NODE, SCREENSHOTS, VECTORS, BrowserTests, genesis, serving

LICENCES = VECTORS / "licences"
# Every text with what is behind it, as the browser has computed both; text that cannot be seen is left out.
CONTRAST = """() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    const channels = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255];
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!hasText || !element.checkVisibility() || element.closest("script, style, noscript")) continue;
        const [first, second] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))];
        const ratio = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
        found.push([element.textContent.trim().slice(0, 30), ratio]);
    }
    return found;
}"""


class Page:
    """A page with what it has complained about and asked for."""

    def __init__(self, page):
        self.page = page
        self.complaints = []
        self.requests = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def part(self, name):
        return self.page.locator(f'[data-part="{name}"]')

    def open(self, address):
        self.page.goto(address)
        self.ready()

    def ready(self):
        self.page.locator('.verify[data-ready][aria-busy="false"]').wait_for()

    def give(self, *files, slot="any", outcome=None):
        """Chooses files, each a path, or a name with octets; waits for what comes of them."""
        chosen = [
            str(file) if isinstance(file, pathlib.Path)
            else {"name": file[0], "mimeType": "application/octet-stream", "buffer": file[1]}
            for file in files
        ]  # fmt: skip
        self.part(f"file-{slot}").set_input_files(chosen)
        if outcome is not None:
            self.page.locator(f'.verify[data-outcome="{outcome}"]').wait_for()
        self.ready()

    def text(self):
        return self.page.locator(".verify").inner_text()

    def verdicts(self):
        cells = self.page.locator(".report > table.checks tbody .state")
        return [cells.nth(index).get_attribute("data-verdict") for index in range(cells.count())]


class PageTests(BrowserTests):
    """Tests of pages that may not complain, nor ask anybody but the server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.licences = stack.enter_context(serving(genesis("licences")))
        cls.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def make_page(self, **options):
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.addCleanup(context.close)
        page = Page(context.new_page())
        self.addCleanup(self.check, page)
        return page

    def check(self, page):
        self.assertEqual(page.complaints, [])
        allowed = (self.address, self.licences, "data:", "blob:", "file:")
        self.assertEqual([url for url in page.requests if not url.startswith(allowed)], [])

    def online(self, language="en", address=None, **options):
        page = self.make_page(**options)
        page.open(f"{address or self.licences}/{language}")
        return page

    def offline(self, language="en", folder="licences", **options):
        """The page from a file, with no network at all."""
        text = assemble_offline.assemble(language, NODE, genesis(folder))
        file = self.folder / f"{folder}-{language}.html"
        file.write_text(text, "utf-8")
        page = self.make_page(offline=True, **options)
        page.open(file.as_uri())
        return page

    def screenshot(self, page, name):
        page.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


class Verdicts(PageTests):
    def test_a_good_file_is_established(self):
        page = self.online()
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", outcome="consistent")
        self.assertEqual(
            page.verdicts(),
            ["established", "established", "couldNotBeChecked", "established", "couldNotBeChecked"],
        )
        text = page.text()
        self.assertIn("Consistent", text)
        self.assertIn("the file is the one whose digest was put on the ledger", text)
        self.assertIn("as of height 2, 2026-01-01 08:00:02 Beijing time", text)
        self.assertIn(hashlib.sha256(b"deed").hexdigest(), text)
        self.assertIn("anything after that height, such as a later change or revocation", text)
        page.give(LICENCES / "in-force.receipt", outcome="consistent")
        self.assertEqual(page.verdicts(), ["established"] * 5)
        self.screenshot(page, "consistent-en")

    def test_an_altered_file_differs(self):
        page = self.online()
        page.give(LICENCES / "altered.file", LICENCES / "permit.receipt", outcome="fileDiffers")
        self.assertEqual(page.verdicts()[1], "contradicted")
        self.assertIn(hashlib.sha256(b"permit").hexdigest(), page.part("report").inner_text())
        page.give(LICENCES / "permit.file", slot="licence", outcome="consistent")

    def test_an_altered_file_among_several_licences_is_not_one_of_them(self):
        page = self.online()
        page.give(LICENCES / "altered.file", LICENCES / "issue.receipt", outcome="evidenceRefuted")
        self.assertIn("did not put this licence on the ledger", page.text())
        page.part("more").locator("summary").click()
        page.part("text").fill("1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.A1.001.G")
        page.page.locator('.verify[data-outcome="fileDiffers"]').wait_for()

    def test_a_receipt_of_another_consortium_is_refused(self):
        page = self.online(address=self.address)
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", outcome="evidenceRefuted")
        self.assertEqual(page.verdicts()[0], "contradicted")
        self.assertIn("it is of another consortium (wrongConsortium", page.text())
        # With that consortium's genesis file it is another matter.
        page.give(LICENCES / "genesis.der", slot="genesis", outcome="consistent")
        self.assertIn("This rests on the genesis file genesis.der, which was chosen here", page.text())
        page.part("clear-genesis").click()
        page.page.locator('.verify[data-outcome="evidenceRefuted"]').wait_for()

    def test_what_decides_whom_to_trust_is_not_taken_among_other_files(self):
        page = self.online(address=self.address)
        files = [LICENCES / name for name in ("genesis.der", "deed.file", "issue.receipt")]
        page.give(*files, outcome="evidenceRefuted")
        page.give(VECTORS / "proofs" / "trusted.der")
        self.assertIn("trusted.der says whom to trust, and was left aside", page.part("message").inner_text())
        self.assertIn("came with this page", page.part("given-genesis").text_content())
        self.assertIn("none", page.part("given-trusted").text_content())

    def test_forged_receipts_are_refused(self):
        page = self.online(address=self.address)
        folder = VECTORS / "receipts"
        for name in ("outcome-changed", "seal-foreign-signer", "transaction-signed-by-another", "certificate-expired"):
            page.give(folder / f"forged-{name}.receipt", slot="issue", outcome="receiptRefuted")
            self.assertEqual(page.verdicts(), ["contradicted"])
        page.give(folder / "forged-encoding-cut-short.receipt", slot="issue", outcome="receiptRefuted")
        self.assertIn("damaged, or of another kind (malformed", page.text())
        page.give(folder / "valid-rejected.receipt", slot="issue", outcome="receiptHolds")
        self.assertIn("rejected: refused", page.text())

    def test_receipts_of_every_kind_are_told(self):
        page = self.online(address=self.address)
        page.give(VECTORS / "proofs" / "genesis.der", slot="genesis")
        for name, line in (
            ("valid-entry", "the value as of that height"),
            ("valid-absence-removed", "none: removed"),
            ("valid-absence-between", "none: never written"),
            ("valid-list-from-a-place", "3 elements, from number 2 on all of them here"),
            ("valid-epoch-2", "epoch 2"),
        ):
            page.give(VECTORS / "proofs" / f"{name}.receipt", outcome="receiptHolds")
            self.assertIn(line, page.text(), name)

    def test_released_fields_are_proved_each(self):
        page = self.online("zh")
        page.give(LICENCES / "permit.released", LICENCES / "permit.receipt", outcome="consistent")
        self.assertIn("某某贸易有限公司", page.text())
        page.give(LICENCES / "altered.released", outcome="catalogueDiffers")
        states = page.page.locator(".report section .state")
        verdicts = [states.nth(index).get_attribute("data-verdict") for index in range(states.count())]
        self.assertEqual(verdicts, ["established", "contradicted"])
        self.assertIn("20351231", page.text())
        self.screenshot(page, "released-zh")

    def test_what_was_released_of_another_licence_is_not_of_this_one(self):
        page = self.online()
        page.give(LICENCES / "permit.released", LICENCES / "permit.receipt", outcome="consistent")
        page.part("text").fill("1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.A1.001.G")
        page.page.locator('.verify[data-outcome="evidenceRefuted"]').wait_for()
        page.give(LICENCES / "issue.receipt", outcome="catalogueDiffers")
        self.assertIn("what was released is of 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.P1", page.text())

    def test_nothing_is_called_established_without_a_receipt(self):
        page = self.online()
        page.give(LICENCES / "deed.file", outcome="undetermined")
        self.assertEqual(set(page.verdicts()), {"couldNotBeChecked"})
        page.give(LICENCES / "in-force.receipt")
        self.assertNotIn("established", page.verdicts()[0:2])
        page.part("clear-licence").click()
        page.page.locator('.verify[data-outcome="receiptHolds"]').wait_for()
        page.part("clear-state").click()
        page.part("empty").wait_for()

    def test_the_national_suite_is_left_to_the_command_line(self):
        page = self.online()
        folder = VECTORS / "national"
        page.give(folder / "genesis.der", slot="genesis")
        page.give(folder / "valid-transaction.receipt", outcome="undetermined")
        self.assertIn("zhenglian receipt verify RECEIPT --genesis GENESIS", page.text())
        page.give(("licence.pdf", b"x"), outcome="undetermined")
        self.assertEqual(set(page.verdicts()), {"couldNotBeChecked"})

    def test_a_page_without_cryptography_says_so(self):
        page = self.make_page()
        page.page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
        page.open(f"{self.licences}/en")
        page.give(LICENCES / "deed.file", LICENCES / "permit-file.released", outcome="undetermined")
        self.assertIn("without https", page.text())

    def test_a_defect_is_told_and_nothing_is_established(self):
        page = self.make_page()
        page.open(f"{self.licences}/en")
        page.page.evaluate("() => { SubtleCrypto.prototype.verify = () => { throw new TypeError('broken'); }; }")
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt")
        self.assertIn("This page has a defect", page.part("message").inner_text())
        self.assertEqual(page.part("report").inner_text(), "")
        self.assertIn("broken", page.complaints[0])
        page.complaints.clear()

    def test_what_a_genesis_file_says_is_shown_and_a_wrong_one_is_none(self):
        page = self.online()
        page.part("more").locator("summary").click()
        known = hashlib.sha256(genesis("licences")).hexdigest()
        self.assertIn(known, page.part("given-genesis").inner_text())
        self.assertIn(NODE, page.part("given-genesis").inner_text())
        changed = bytearray(genesis("licences"))
        changed[-400] ^= 1
        page.give(("genesis.der", bytes(changed)), slot="genesis")
        page.give(LICENCES / "issue.receipt", outcome="undetermined")
        self.assertEqual(page.verdicts(), ["couldNotBeChecked"])

    def test_names_of_files_are_text_and_nothing_else(self):
        page = self.online()
        name = "<img src=x onerror=alert(1)>.pdf"
        page.give(LICENCES / "issue.receipt")
        page.give((name, b"deed"), outcome="consistent")
        self.assertIn(name, page.text())
        self.assertEqual(page.page.locator(".verify img").count(), 0)

    def test_a_file_of_the_wrong_kind_is_named(self):
        page = self.online()
        page.give(("notes.txt", b"notes"), slot="released")
        self.assertIn("notes.txt: the file is damaged, or of another kind (malformed", page.text())
        page.give(LICENCES / "permit.released", LICENCES / "permit.receipt", outcome="consistent")
        self.assertFalse(page.part("message").is_visible())

    def test_a_text_is_recognised(self):
        page = self.online()
        page.give(("deed.pdf", b"deed"), outcome="undetermined")
        page.part("more").locator("summary").click()
        reference = page.page.locator(".reference").inner_text()
        for text, note in (
            (hashlib.sha256(b"deed").hexdigest().upper(), "The digest of deed.pdf"),
            (hashlib.sha256(b"other").hexdigest(), "of none of the files chosen here"),
            ("ZL1.abc", "only a department's node can look it up"),
            ("1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.A1.001.G", "A licence identifier"),
            ("1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.A1.001.H", "no licence identifier"),
            (reference, "1 of its 1 files are here"),
        ):
            page.part("text").fill(text)
            self.assertIn(note, page.part("text-note").inner_text())


class Use(PageTests):
    def test_dropped_files_are_taken(self):
        page = self.online()
        page.page.evaluate(
            """() => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([new TextEncoder().encode("deed")], "deed.file"));
                const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
                document.querySelector('[data-part="drop"]').dispatchEvent(event);
            }"""
        )
        page.page.locator('.verify[data-outcome="undetermined"]').wait_for()
        self.assertIn("deed.file", page.part("given-licence").inner_text())

    def test_everything_is_reached_by_the_keyboard(self):
        page = self.online()
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", outcome="consistent")
        page.page.evaluate("document.activeElement.blur()")
        reached, focus = [], "document.activeElement.dataset.part ?? document.activeElement.tagName"
        for _ in range(40):
            page.page.keyboard.press("Tab")
            name = page.page.evaluate(focus)
            reached.append(name)
            if name == "SUMMARY":
                page.page.keyboard.press("Enter")
            outline = page.page.evaluate(
                """() => {
                    const element = document.activeElement;
                    const shown = element.matches(".chooser") ? element.nextElementSibling : element;
                    return getComputedStyle(shown).outlineStyle;
                }"""
            )
            self.assertTrue(outline != "none" or name == "BODY", f"the focus on {name} is not seen")
        for name in ("language", "file-any", "file-licence", "clear-licence", "file-genesis", "text", "A", "print"):
            self.assertIn(name, reached)
        page.part("language").focus()
        page.page.keyboard.press("Enter")
        self.assertEqual(page.page.locator(".verify").get_attribute("data-language"), "zh")
        page.part("clear-licence").focus()
        page.page.keyboard.press("Space")
        page.page.locator('.verify[data-outcome="receiptHolds"]').wait_for()
        self.assertEqual(page.page.evaluate(focus), "file-licence")
        with page.page.expect_file_chooser() as chooser:
            page.page.keyboard.press("Enter")
        chooser.value.set_files(str(LICENCES / "deed.file"))
        page.page.locator('.verify[data-outcome="consistent"]').wait_for()

    def test_both_languages_say_the_same(self):
        page = self.online("zh")
        page.give(LICENCES / "lease.file", LICENCES / "lease.receipt", LICENCES / "superseded.receipt")
        chinese = page.text()
        self.assertIn("状态不一致", chinese)
        self.assertIn("已被 1.2.156.3005.2", chinese)
        self.assertNotIn("superseded by", chinese)
        self.assertEqual(page.page.locator(".verify").get_attribute("lang"), "zh-CN")
        self.screenshot(page, "status-zh")
        page.part("language").click()
        english = page.text()
        self.assertIn("The status differs", english)
        self.assertIn("superseded by 1.2.156.3005.2", english)
        self.assertEqual(re.findall(r"[\u4e00-\u9fff]+", english.replace(NODE, "")), ["中文"])

    def test_a_new_result_is_told_to_who_does_not_see_it(self):
        page = self.online()
        self.assertEqual(page.part("status").get_attribute("role"), "status")
        page.give(LICENCES / "altered.file", LICENCES / "permit.receipt", outcome="fileDiffers")
        said = page.part("status").locator('[lang="en"]').text_content()
        self.assertEqual(
            said,
            "The file differs; Receipt established; Content contradicted; Catalogue could not be checked; "
            "Issuer established; Status could not be checked",
        )

    def test_it_goes_on_when_the_network_goes_away(self):
        page = self.online()
        page.page.context.set_offline(True)
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", outcome="consistent")

    def test_nothing_of_a_file_is_sent(self):
        page = self.online()
        before = len(page.requests)
        page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", LICENCES / "permit.released")
        page.ready()
        self.assertEqual(page.requests[before:], [])

    def test_a_file_of_many_pieces_is_hashed(self):
        file = self.folder / "large.bin"
        file.write_bytes(b"z" * ((20 << 20) + 5))
        page = self.online()
        page.give(file, outcome="undetermined")
        self.assertIn(hashlib.sha256(file.read_bytes()).hexdigest(), page.part("given-licence").inner_text())

    def test_a_code_in_a_picture_is_read_where_the_browser_can(self):
        # Headless Chromium on Linux has no detector: one that answers stands in for the operating system's.
        page = self.make_page()
        page.page.add_init_script(
            """globalThis.BarcodeDetector = class {
                static async getSupportedFormats() { return ["qr_code"]; }
                async detect() { return [{ rawValue: "ZL1.abc" }]; }
            };"""
        )
        page.open(f"{self.licences}/en")
        page.part("more").locator("summary").click()
        self.assertTrue(page.part("scan").is_visible())
        picture = self.folder / "picture.png"
        page.page.screenshot(path=picture)
        page.part("scan-image").set_input_files(str(picture))
        page.part("text-note").get_by_text("only a department's node").wait_for()
        page.part("scan-image").set_input_files(str(LICENCES / "deed.file"))
        page.part("message").get_by_text("deed.file: the file is no picture").wait_for()

    def test_the_camera_is_switched_off_once_there_is_a_code(self):
        page = self.make_page(permissions=["camera"])
        page.page.add_init_script(
            """globalThis.looks = 0;
            globalThis.BarcodeDetector = class {
                static async getSupportedFormats() { return ["qr_code"]; }
                async detect(video) {
                    globalThis.stream = video.srcObject;
                    globalThis.looks += 1;
                    return globalThis.looks < 3 ? [] : [{ rawValue: "ZL1.abc" }];
                }
            };"""
        )
        page.open(f"{self.licences}/en")
        page.part("more").locator("summary").click()
        page.part("scan-camera").click()
        page.part("video").wait_for()
        page.part("text-note").get_by_text("only a department's node").wait_for()
        page.part("video").wait_for(state="hidden")
        ended = page.page.evaluate("[globalThis.looks, globalThis.stream.getTracks().every((t) => t.readyState === 'ended')]")
        self.assertEqual(ended, [3, True])

    def test_a_camera_that_may_not_be_used_is_told(self):
        page = self.make_page()
        page.page.add_init_script(
            """globalThis.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code"]; } };
            navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };"""
        )
        page.open(f"{self.licences}/en")
        page.part("more").locator("summary").click()
        page.part("scan-camera").click()
        page.part("message").get_by_text("it may not be used (camera").wait_for()

    def test_a_browser_that_reads_no_codes_says_so(self):
        page = self.make_page()
        page.page.add_init_script("delete globalThis.BarcodeDetector")
        page.open(f"{self.licences}/en")
        page.part("more").locator("summary").click()
        self.assertFalse(page.part("scan").is_visible())
        self.assertIn("type or paste", page.part("scan-missing").inner_text())


class Reference(PageTests):
    def test_the_code_says_what_the_text_says(self):
        for language, options in (("en", {}), ("zh", {"color_scheme": "dark"})):
            page = self.online(language, device_scale_factor=2, **options)
            page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", LICENCES / "in-force.receipt", outcome="consistent")
            text = page.page.locator(".reference").inner_text()
            lines = text.split("\n")
            self.assertEqual(lines[:2], ["ZHENGLIAN-VERIFY 1", "outcome consistent"])
            self.assertIn(f"file sha256 {hashlib.sha256(b'deed').hexdigest()}", lines)
            self.assertIn("content established 2 2026-01-01T00:00:02Z", lines)
            self.assertIn(f"consortium {hashlib.sha256(genesis('licences')).hexdigest()}", lines)
            picture = self.folder / f"code-{language}.png"
            page.page.locator(".qr").screenshot(path=picture)
            command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
            found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            self.assertEqual(found.removesuffix("\n"), text)

    def test_the_printed_report_has_both_languages_and_no_controls(self):
        page = self.online("zh")
        page.give(LICENCES / "lease.file", LICENCES / "lease.receipt", LICENCES / "taken-down.receipt")
        page.page.emulate_media(media="print")
        page.page.set_viewport_size({"width": 794, "height": 1123})
        text = page.text()
        for part in ("已下链", "Taken down from the ledger", "证照核验", "Verify a licence"):
            self.assertIn(part, text)
        self.assertEqual(page.page.locator(".verify button:visible, .verify input:visible").count(), 0)
        self.screenshot(page, "print")
        pdf = page.page.pdf(format="A4", path=SCREENSHOTS / "print.pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
        page.page.emulate_media(media="screen")
        printed = []
        page.page.expose_function("wasPrinted", lambda: printed.append(True))
        page.page.evaluate("() => { globalThis.print = () => globalThis.wasPrinted(); }")
        page.part("print").click()
        page.page.wait_for_function("true")
        self.assertEqual(printed, [True])


class Offline(PageTests):
    def test_the_file_verifies_without_a_network(self):
        for language, title in (("zh", "一致"), ("en", "Consistent")):
            page = self.offline(language)
            page.give(LICENCES / "deed.file", LICENCES / "issue.receipt", outcome="consistent")
            self.assertIn(title, page.text())
            page.give(LICENCES / "altered.file", slot="licence", outcome="evidenceRefuted")
            self.assertEqual([url for url in page.requests if not url.startswith(("file:", "data:"))], [])
            self.assertFalse(page.page.locator(".offline-link").is_visible())
            self.screenshot(page, f"offline-{language}")

    def test_the_file_that_is_saved_by_the_link_is_that_file(self):
        online = self.online("zh")
        with online.page.expect_download() as download:
            online.page.locator(".offline-link a").click()
        self.assertEqual(download.value.suggested_filename, "zhenglian-verify.html")
        saved = self.folder / "saved.html"
        download.value.save_as(saved)
        self.assertEqual(saved.read_text("utf-8"), assemble_offline.assemble("zh", NODE, genesis("licences")))
        page = self.make_page(offline=True)
        page.open(saved.as_uri())
        page.give(LICENCES / "permit.file", LICENCES / "permit.receipt", LICENCES / "expired.receipt", outcome="statusDiffers")
        self.assertIn("有效期截止于 20251231", page.text())

    def test_the_policy_of_the_file_lets_nothing_else_run(self):
        page = self.offline()
        found = page.page.evaluate(
            """async () => {
                const refused = [];
                document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
                const script = document.createElement("script");
                try { script.textContent = "globalThis.ran = true"; document.body.append(script); }
                catch (error) { refused.push(error.name); }
                try { document.body.insertAdjacentHTML("beforeend", "<p>markup</p>"); }
                catch (error) { refused.push(error.name); }
                try { await fetch("https://example.org/"); } catch (error) { refused.push("fetch"); }
                await new Promise((resolve) => setTimeout(resolve, 100));
                return { ran: globalThis.ran === true, refused };
            }"""
        )
        self.assertFalse(found["ran"])
        self.assertGreaterEqual(found["refused"].count("TypeError"), 2)
        self.assertIn("fetch", found["refused"])
        page.complaints.clear()
        page.requests.clear()

    def test_the_file_has_what_the_page_has(self):
        text = assemble_offline.assemble("en", NODE, genesis())
        self.assertNotIn("{{", text)
        self.assertNotRegex(text, r'(src|href)="(?!data:|/verify/offline-en\.html")')
        self.assertLess(len(text), 1 << 20)
        self.assertIn("&lt;node-1&gt; &amp; &#x27;others&#x27;", text)
        self.assertRaises(assemble_offline.AssemblyError, assemble_offline.assemble, "fr", NODE, b"")

    def test_what_cannot_be_assembled_is_refused(self):
        names = {"a.js": "", "b.js": ""}
        convert = functools.partial(assemble_offline.with_bare_specifiers, "a.js", names=names)
        self.assertEqual(convert('import { c, d } from "./b.js";\n'), 'import { c, d } from "zhenglian/b.js";\n')
        for line in ('import c from "./b.js";', 'import { c } from "./x.js";', 'import { c } from "../b.js";',
                     'import { c } from "https://b.js";', "import { c,", 'import "./b.js";'):  # fmt: skip
            self.assertRaises(assemble_offline.AssemblyError, convert, line)


class Accessibility(PageTests):
    def situations(self):
        """The page in every state, theme and width that looks another way."""
        for theme in ("light", "dark"):
            for width in (1280, 390):
                options = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
                page = self.online("zh" if theme == "dark" else "en", **options)
                page.part("more").locator("summary").click()
                yield f"start-{theme}-{width}", page
                page.give(LICENCES / "altered.file", LICENCES / "permit.released", LICENCES / "permit.receipt")
                yield f"altered-{theme}-{width}", page
                page.give(("broken.receipt", b"0"), slot="released")
                yield f"message-{theme}-{width}", page

    def test_axe_finds_nothing_and_every_text_has_contrast(self):
        for name, page in self.situations():
            with self.subTest(name):
                found = Axe().run(page.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
                violations = found.response["violations"]
                self.assertEqual([(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations], [])
                texts = page.page.evaluate(CONTRAST)
                self.assertGreater(len(texts), 15)
                self.assertEqual([text for text in texts if text[1] < 4.5], [])
                width = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
                self.assertLessEqual(width[0], width[1], "the page is wider than its window")
                self.screenshot(page, name)

    def test_every_control_has_a_name_in_the_language_that_is_shown(self):
        for language, pattern in (("zh", r"[\u4e00-\u9fff]|English"), ("en", r"^[^\u4e00-\u9fff]+$|中文")):
            page = self.online(language)
            page.part("more").locator("summary").click()
            controls = page.page.locator("button:visible, input, textarea, a, summary")
            for index in range(controls.count()):
                name = controls.nth(index).evaluate(
                    """(control) => {
                        const shown = (node) => node.checkVisibility() ? node.innerText : "";
                        return control.labels?.length ? shown(control.labels[0]) : shown(control);
                    }"""
                )
                if controls.nth(index).is_visible() or name:
                    self.assertRegex(name.strip(), pattern)


if __name__ == "__main__":
    unittest.main()

"""A headless Chromium and a server on loopback that serves the assets with the policy that the gateway serves them with."""

import base64
import contextlib
import functools
import http.server
import os
import pathlib
import shutil
import threading
import unittest

from playwright.sync_api import sync_playwright

import assemble_offline

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESOURCES = assemble_offline.RESOURCES
VECTORS = ROOT / "Tests" / "Vectors"
DOCUMENTED = ROOT / "docs" / "vectors"
SCREENSHOTS = ROOT / ".build" / "browser"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
NODE = "市场监管局 <node-1> & 'others'"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Verify</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/verify/verify.css">
<script type="module" src="/assets/modules/verify-page.js"></script>
</head>
<body class="verify-console"><main>{page}</main></body>
</html>
"""


def program():
    """The system's Chromium."""
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium", "chromium-browser", "google-chrome"]
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise AssertionError("there is no Chromium: run scripts/prepare --python, or name one in CHROMIUM")


def launched(stack, *options):
    """A browser that ends with the stack."""
    playwright = stack.enter_context(sync_playwright())
    # Chromium's own sandbox does not work for root, which only build machines are.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=program(), args=[*sandbox, *options])
    stack.callback(browser.close)
    return browser


def genesis(folder="receipts"):
    return (VECTORS / folder / "genesis.der").read_bytes()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the page, the assets, and an empty page to load modules into; nothing else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/empty":
            return self.answer("text/html", b"<!DOCTYPE html><title>empty</title><link rel=icon href='data:,'>")
        if path in ("/zh", "/en"):
            page = assemble_offline.fragment(path[1:], "/assets", self.server.genesis, NODE)
            return self.answer("text/html", PAGE.format(language=path[1:], page=page).encode())
        if path in ("/assets/verify/offline-zh.html", "/assets/verify/offline-en.html"):
            page = assemble_offline.assemble(path.partition("-")[2].removesuffix(".html"), NODE, self.server.genesis)
            return self.answer("text/html", page.encode(), disposition='attachment; filename="zhenglian-verify.html"')
        file = RESOURCES / path.removeprefix("/assets/")
        is_asset = path.startswith("/assets/") and ".." not in path and file.is_file() and file.suffix in TYPES
        if not is_asset:
            return self.answer("text/plain", b"there is nothing here", 404)
        return self.answer(TYPES[file.suffix], file.read_bytes())

    def answer(self, kind, body, status=200, disposition=None):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(genesis_octets):
    """The address of a server with this genesis file."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.genesis = genesis_octets
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class BrowserTests(unittest.TestCase):
    """Tests with one browser and one server for all of them."""

    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.address = stack.enter_context(serving(genesis()))
        # A picture of Chromium's own in the place of a camera's.
        cls.browser = launched(stack, "--use-fake-device-for-media-stream")

    def run_modules(self, script, argument=None, page=None):
        """What an asynchronous function comes to, in a page where 'load(name)' gives a module of ours."""
        page = page or self.empty_page()
        prelude = """async (argument) => {
            const load = (name) => import(`/assets/modules/${name}.js`);
            const octets = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            """
        return page.evaluate(f"{prelude}{script}}}", argument)

    def empty_page(self):
        context = self.browser.new_context()
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(f"{self.address}/empty")
        return page


def base64_of(octets):
    return base64.b64encode(octets).decode("ascii")


@functools.cache
def vector(name):
    """A file of Tests/Vectors in base64."""
    return base64_of((VECTORS / name).read_bytes())

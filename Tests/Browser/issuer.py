"""A small identity platform on the loopback interface: OpenID Connect's authorization code flow, with pages.

It shares no code with what it is asked by. It holds a code to its client, its address and its proof key, once.
"""

import base64
import contextlib
import hashlib
import html
import http.server
import json
import secrets
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

# The name that is typed, and what the platform calls that person.
PEOPLE = {"zhang": "330102-7001", "li": "330102-7002", "wang": "330102-7003"}
WORDS = {
    "zh": {"title": "统一身份认证平台", "name": "用户名", "go": "登录", "cancel": "取消", "out": "您已退出身份认证平台"},
    "en": {"title": "Identity platform", "name": "Name", "go": "Log in", "cancel": "Cancel", "out": "Logged out"},
}
PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,"></head><body><h1>{title}</h1>{content}</body></html>"""
FORM = """<form method="post" action="/authorize"><input type="hidden" name="request" value="{request}">
<label for="name">{name}</label> <input id="name" name="name">
<button name="act" value="go">{go}</button> <button name="act" value="cancel">{cancel}</button></form>"""


def encoded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Issuer:
    """What the platform knows."""

    def __init__(self, client, secret):
        self.client, self.secret = client, secret
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.grants = {}
        # All codes that were ever given out.
        self.codes = []
        self.asked = []
        # Query members that an answer has in the place of its own, for platforms that do as they should not.
        self.spoiled = {}
        self.address = None

    @property
    def configuration(self):
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/out", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"]}

    @property
    def key_set(self):
        numbers = self.key.public_key().public_numbers()
        return {"keys": [{
            "kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256", "use": "sig",
            "x": encoded(numbers.x.to_bytes(32, "big")), "y": encoded(numbers.y.to_bytes(32, "big"))}]}

    def token(self, claims):
        head = {"alg": "ES256", "kid": "1", "typ": "JWT"}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
        r, s = utils.decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def answer(self, request, name):
        """Where a browser goes back to: with a code for somebody, or with none."""
        members = {"state": request["state"], "iss": self.address}
        if name in PEOPLE:
            members["code"] = secrets.token_urlsafe(24)
            self.codes.append(members["code"])
            self.grants[members["code"]] = (request, PEOPLE[name])
        else:
            members |= {"error": "access_denied", "error_description": "the person has cancelled"}
        return f"{request['redirect_uri']}?{urllib.parse.urlencode(members | self.spoiled)}"

    def redeem(self, form, authorization):
        """Status and answer of the token endpoint."""
        shown = base64.b64decode((authorization or "").removeprefix("Basic ")).decode().split(":")
        if [urllib.parse.unquote_plus(part) for part in shown] != [self.client, self.secret]:
            return 401, {"error": "invalid_client"}
        request, subject = self.grants.pop(form.get("code"), (None, None))
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        is_right = request and form.get("grant_type") == "authorization_code" \
            and challenge == request["code_challenge"] and form.get("redirect_uri") == request["redirect_uri"]
        if not is_right:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        return 200, {
            "access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 300,
            "id_token": self.token({
                "iss": self.address, "aud": self.client, "sub": subject, "iat": now, "exp": now + 300,
                "nonce": request["nonce"]})}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        issuer = self.server.issuer
        path, _, query = self.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        if path == "/.well-known/openid-configuration":
            return self.say(200, issuer.configuration)
        if path == "/jwks":
            return self.say(200, issuer.key_set)
        if path == "/authorize":
            issuer.asked.append(asked)
            is_known = asked.get("client_id") == issuer.client and asked.get("response_type") == "code" \
                and "openid" in asked.get("scope", "").split() and asked.get("code_challenge_method") == "S256"
            if not is_known:
                return self.say(400, {"error": "invalid_request"})
            language = asked.get("ui_locales", "zh")[:2]
            words = WORDS[language]
            form = FORM.format(request=html.escape(json.dumps(asked)), **words)
            return self.show(language, words["title"], form)
        if path == "/out":
            issuer.asked.append(asked)
            target = html.escape(asked["post_logout_redirect_uri"])
            return self.show("zh", WORDS["zh"]["out"], f'<p><a id="back" href="{target}">返回</a></p>')
        return self.say(404, {})

    def do_POST(self):
        issuer = self.server.issuer
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body))
        if self.path == "/token":
            return self.say(*issuer.redeem(form, self.headers["Authorization"]))
        name = form.get("name") if form["act"] == "go" else None
        self.send_response(303)
        self.send_header("Location", issuer.answer(json.loads(form["request"]), name))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def say(self, status, value):
        self.send(status, "application/json", json.dumps(value).encode())

    def show(self, language, title, content):
        page = PAGE.format(language=language, title=title, content=content)
        self.send(200, "text/html; charset=utf-8", page.encode())

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def running(client, secret):
    """The platform while it runs, at another site than a console on 127.0.0.1: cookies tell the two apart."""
    issuer = Issuer(client, secret)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.issuer = issuer
        server.daemon_threads = True
        issuer.address = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()

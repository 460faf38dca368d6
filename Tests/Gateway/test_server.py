"""What a node's HTTP server promises to callers who are not what they should be: real processes, real TLS, real sockets."""

import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Trials"))

from consortium import Consortium  # noqa: E402

PROGRAM = ROOT / ".build" / "debug" / "zhenglian"
# As GatewayLimits has them, in seconds.
IDLE, BODY = 30, 20
# The issue's own number, and some descriptors for the rest of the process.
IDLE_CONNECTIONS = 5_000


def trusting_nobody():
    """TLS that takes whatever certificate the server has: what is tested is what the server takes."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Caller:
    """Calls one node's gateway over one connection, with a certificate or without."""

    def __init__(self, node, identity=None):
        context = trusting_nobody()
        if identity:
            context.load_cert_chain(identity / "certificate.pem", identity / "private.key")
        self.connection = http.client.HTTPSConnection("127.0.0.1", node.http, context=context, timeout=60)

    def ask(self, method, path, body=None, headers=None):
        """The status, the headers and what the answer says."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        content = answer.read()
        kind = answer.headers.get_content_type()
        return answer.status, answer.headers, json.loads(content) if kind.endswith("json") else content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def raw(node, content=b"", timeout=60):
    """A TLS connection on which some bytes were sent, for whoever does not speak HTTP."""
    connection = trusting_nobody().wrap_socket(
        socket.create_connection(("127.0.0.1", node.http), timeout=timeout), server_hostname="node")
    connection.sendall(content)
    return connection


def answer_of(connection):
    """All that comes until the other end closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError, ssl.SSLError):
        while part := connection.recv(65_536):
            received += part
    return received


class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="zhenglian-gateway-"))
        cls.consortium = Consortium(PROGRAM, cls.directory, gateways=True)
        cls.consortium.found()
        cls.consortium.start_all()
        cls.node = cls.consortium.nodes[0]
        cls.consortium.wait(cls.is_served, "HTTP")

    @classmethod
    def tearDownClass(cls):
        cls.consortium.stop_all()
        shutil.rmtree(cls.directory)

    @classmethod
    def is_served(cls):
        with contextlib.suppress(OSError):
            with Caller(cls.node) as caller:
                return caller.ask("GET", "/openapi.json")[0] == 200

    def caller(self, identity=None):
        caller = Caller(self.node, identity)
        self.addCleanup(caller.connection.close)
        return caller

    def own(self, role="client"):
        consortium = self.consortium
        return consortium.client(self.node) if role == "client" else consortium.operator(self.node)

    # Who calls

    def test_a_stranger_is_asked_who_it_is(self):
        status, headers, problem = self.caller().ask("GET", "/api/v1/ledger")
        self.assertEqual((status, problem["code"]), (401, "notAuthenticated"))
        self.assertIn("Bearer", headers["WWW-Authenticate"])

    def test_a_stranger_may_verify(self):
        status, _, verdict = self.caller().ask("POST", "/api/v1/receipts/verify", {"receipt": "MAA="})
        self.assertEqual((status, verdict["verdict"]), (200, "contradicted"))

    def test_a_member_comes_in_by_its_certificate(self):
        status, headers, ledger = self.caller(self.own()).ask("GET", "/api/v1/ledger")
        self.assertEqual((status, ledger["node"]), (200, self.node.member))
        self.assertEqual(headers["ETag"], f'W/"{ledger["height"]}"')

    def test_what_has_not_changed_is_not_sent_again(self):
        caller = self.caller(self.own())
        tag = caller.ask("GET", "/api/v1/ledger")[1]["ETag"]
        status, _, content = caller.ask("GET", "/api/v1/ledger", headers={"If-None-Match": tag})
        self.assertEqual((status, content), (304, b""))

    def test_a_role_does_not_reach_above_itself(self):
        status, _, problem = self.caller(self.own()).ask("GET", "/api/v1/consortium/health")
        self.assertEqual((status, problem["code"]), (403, "notEntitled"))
        self.assertEqual(self.caller(self.own("operator")).ask("GET", "/api/v1/consortium/health")[0], 200)

    def test_a_member_of_another_department_sees_the_ledger_and_no_business(self):
        stranger = self.caller(self.consortium.client(self.consortium.nodes[1]))
        self.assertEqual(stranger.ask("GET", "/api/v1/ledger")[0], 200)
        status, _, problem = stranger.ask("GET", "/api/v1/consortium")
        self.assertEqual((status, problem["code"]), (403, "notEntitled"))

    def test_a_certificate_of_another_consortium_counts_for_nothing(self):
        other = self.directory / "foreign"
        run = self.consortium.run
        run("ca", "init", "--department", "market", "--directory", other / "authority")
        run("ca", "issue", "--authority", other / "authority", "--consortium", "trial", "--role", "client", "--name",
            "counter", "--directory", other / "client")
        status, _, problem = self.caller(other / "client").ask("GET", "/api/v1/ledger")
        self.assertEqual((status, problem["ledgerCode"]), (401, "certificateRefused"))

    def test_a_revoked_certificate_is_out_on_the_connection_that_it_has(self):
        authority = self.directory / "authorities" / self.node.department
        identity = self.directory / "dismissed"
        run = self.consortium.run
        run("ca", "issue", "--authority", authority, "--consortium", "trial", "--role", "client", "--name", "dismissed",
            "--directory", identity)
        caller = self.caller(identity)
        self.assertEqual(caller.ask("GET", "/api/v1/ledger")[0], 200)
        run("ca", "revoke", "--authority", authority, "--member", f"{self.node.department}/client/dismissed")
        lists = sorted(authority.glob("*.crl"))
        self.assertTrue(lists, "the authority has a list of revocations")
        for path in lists:
            shutil.copy(path, self.node.directory / "revocations" / path.name)
        deadline = time.monotonic() + 30
        while caller.ask("GET", "/api/v1/ledger")[0] == 200:
            self.assertLess(time.monotonic(), deadline, "the revocation is not heeded")
            time.sleep(0.2)
        status, _, problem = caller.ask("GET", "/api/v1/ledger")
        self.assertEqual((status, problem["ledgerCode"]), (401, "certificateRevoked"))

    def test_a_token_that_is_none_is_refused(self):
        for token in ["x", "a.b.c", "e" * 9_000, "eyJhbGciOiJub25lIn0.e30."]:
            with self.subTest(token[:20]):
                status, _, problem = self.caller().ask(
                    "GET", "/api/v1/ledger", headers={"Authorization": f"Bearer {token}"})
                self.assertEqual((status, problem["code"]), (401, "notAuthenticated"))
        status, _, problem = self.caller().ask("GET", "/api/v1/ledger", headers={"Authorization": "Basic YTpi"})
        self.assertEqual((status, problem["code"]), (401, "notAuthenticated"))

    # What they send

    def test_every_problem_says_what_to_do_and_where_to_look(self):
        for method, path, body, status, code in [
            ("GET", "/api/v1/nothing", None, 404, "notFound"),
            ("DELETE", "/api/v1/ledger", None, 405, "methodNotAllowed"),
            ("GET", "/api/v1/blocks/0", None, 400, "invalidParameter"),
            ("GET", "/api/v1/blocks/01", None, 400, "invalidParameter"),
            ("GET", "/api/v1/blocks/99999999999999999999", None, 400, "invalidParameter"),
            ("GET", "/api/v1/blocks/9223372036854775807", None, 404, "notFound"),
            ("GET", "/api/v1/blocks?limit=0", None, 400, "invalidParameter"),
            ("GET", "/api/v1/blocks?limit=1&limit=2", None, 400, "invalidParameter"),
            ("GET", "/api/v1/blocks?nothing=1", None, 400, "unknownParameter"),
            ("GET", "/api/v1/licences/%ff", None, 400, "invalidParameter"),
            ("GET", "/api/v1/licences?department=%27%20OR%201=1--", None, 400, "invalidParameter"),
            ("GET", "/api/v1/transactions/" + "0" * 63, None, 400, "invalidParameter"),
            ("GET", "/api/v1/" + "a" * 5_000, None, 404, "notFound"),
            ("POST", "/api/v1/licences/verify", {"file": "<script>"}, 400, "invalidBody"),
            ("POST", "/api/v1/licences/verify", {"file": "0" * 64, "more": 1}, 400, "invalidBody"),
            ("POST", "/api/v1/licences/verify", [], 400, "invalidBody"),
            ("POST", "/api/v1/transactions", {"transaction": "MAA="}, 422, "invalidValue"),
        ]:
            with self.subTest(f"{method} {path[:60]}"):
                answer = self.caller(self.own()).ask(method, path, body)
                self.assertEqual((answer[0], answer[2]["code"]), (status, code), answer[2])
                self.assertEqual(answer[1].get_content_type(), "application/problem+json")
                self.assertTrue(answer[2]["detail"] and answer[2]["title-zh"] and answer[2]["instance"])

    def test_a_body_that_is_no_json_or_of_another_type_is_refused(self):
        path = "/api/v1/receipts/verify"
        for body, kind, status, code in [
            (b"{", "application/json", 400, "malformedJSON"),
            (b"\xff\xfe", "application/json", 400, "malformedJSON"),
            (b'{"receipt":"MAA="}', "text/plain", 415, "unsupportedMediaType"),
            (b"[" * 100_000, "application/json", 400, "malformedJSON"),
        ]:
            with self.subTest(body[:10]):
                answer = self.caller().ask("POST", path, body, {"Content-Type": kind})
                self.assertEqual((answer[0], answer[2]["code"]), (status, code))

    def test_a_body_beyond_its_limit_is_refused_before_it_is_there(self):
        with raw(self.node, b"POST /api/v1/licences/verify HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
                 b"Content-Length: 999999999\r\n\r\n{") as connection:
            self.assertIn(b" 413 ", answer_of(connection).split(b"\r\n", 1)[0])

    def test_a_body_of_unknown_length_is_cut_off_at_its_limit(self):
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        with raw(self.node, b"POST /api/v1/receipts/verify HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n") as connection:
            with contextlib.suppress(OSError):
                for _ in range(64):
                    connection.sendall(chunk)
            self.assertIn(b" 413 ", answer_of(connection).split(b"\r\n", 1)[0])

    def test_heads_that_are_none_end_the_connection(self):
        for name, head in {
            "no request": b"hello\r\n\r\n",
            "a header beyond its limit": b"GET / HTTP/1.1\r\nHost: node\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
            "headers without end": b"GET / HTTP/1.1\r\nHost: node\r\n" + b"X: a\r\n" * 2_000 + b"\r\n",
            "a split header": b"GET / HTTP/1.1\r\nHost: node\r\nX: a\0b\r\n\r\n",
            "two lengths": b"POST /login HTTP/1.1\r\nHost: node\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        }.items():
            with self.subTest(name), raw(self.node, head) as connection:
                first = answer_of(connection).split(b"\r\n", 1)[0]
                self.assertTrue(first == b"" or b" 400 " in first or b" 431 " in first, first)

    def test_whoever_sends_half_a_request_costs_only_itself(self):
        began = time.monotonic()
        head = b"POST /api/v1/receipts/verify HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
        halves = {
            "half a head": (b"GET /api/v1/ledger HTTP/1.1\r\nHost", IDLE, lambda answer: answer == b""),
            "half a body": (head + b"Content-Length: 100\r\n\r\n{", BODY, lambda answer: b" 408 " in answer),
            "silence": (b"", IDLE, lambda answer: answer == b""),
        }

        def wait(half):
            with raw(self.node, half[0]) as connection:
                return answer_of(connection), time.monotonic() - began

        with concurrent.futures.ThreadPoolExecutor(len(halves)) as pool:
            for (name, half), (answer, seconds) in zip(halves.items(), pool.map(wait, halves.values())):
                with self.subTest(name):
                    self.assertTrue(half[2](answer), answer)
                    self.assertLess(seconds, half[1] + 20)

    def test_thousands_of_idle_connections_keep_nobody_out(self):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        wanted = min(IDLE_CONNECTIONS, limit - 256)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, IDLE_CONNECTIONS + 512), limit))
        with contextlib.ExitStack() as stack:
            for _ in range(wanted):
                stack.enter_context(socket.create_connection(("127.0.0.1", self.node.http), timeout=30))
            began = time.monotonic()
            self.assertEqual(self.caller(self.own()).ask("GET", "/api/v1/ledger")[0], 200)
            self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(wanted, IDLE_CONNECTIONS, "this machine lets a process have too few descriptors")

    # How the node is

    def operations(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.node.operations, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def test_health_and_metrics_are_on_a_listener_of_their_own(self):
        self.assertEqual(self.operations("/health")[::2], (200, "ok\n"))
        self.assertEqual(self.caller().ask("GET", "/metrics")[0], 404)
        self.caller(self.own()).ask("GET", "/api/v1/ledger")
        status, headers, text = self.operations("/metrics")
        self.assertEqual((status, headers.get_content_type()), (200, "text/plain"))
        self.assertRegex(text, r"(?m)^zhenglian_height \d+$")
        self.assertRegex(text, r'(?m)^zhenglian_gateway_request_seconds_count\{.*operation="/api/v1/ledger".*\} \d+$')

    def test_a_node_without_a_quorum_says_so_and_goes_on_reading(self):
        lost = self.consortium.nodes[2:]
        for node in lost:
            self.consortium.kill(node, signal.SIGKILL)
        try:
            def unready():
                status, _, text = self.operations("/ready")
                return status == 503 and json.loads(text)

            readiness = self.consortium.wait(unready, "the word that the quorum is lost")
            self.assertIn("2 of 4", readiness["reasons"][0])
            self.assertEqual(self.caller(self.own()).ask("GET", "/api/v1/ledger")[0], 200)
        finally:
            for node in lost:
                self.consortium.start(node)
            self.consortium.wait(lambda: self.operations("/ready")[0] == 200, "the quorum's return")

    def test_a_gateway_that_others_can_reach_needs_a_certificate(self):
        path = self.directory / "open.json"
        configuration = json.loads((self.node.directory / "node.json").read_text())
        configuration["gateway"] = {"listen": {"host": "0.0.0.0", "port": 1}}
        path.write_text(json.dumps(configuration))
        result = subprocess.run(
            [PROGRAM, "node", "run", "--configuration", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("gateway.certificate", result.stderr)


unittest.main()

"""How many readers one node answers over HTTP, and what that costs the chain."""

import base64
import concurrent.futures
import contextlib
import csv
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import threading
import time

from consortium import TrialFailure
from library import Library, Processors

ISSUER, AUDIENCE, CLIENT, KEY = "https://id.example.gov.cn", "zhenglian", "counter-01", "trial"
# What the ledger lets an application ask at most.
MOST_PER_MINUTE = 1_000_000
# Licences that are asked for, one after the other, and connections that bring them.
QUESTIONS, WRITERS = 2_000, 16


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Platform:
    """A department's identity platform on the loopback interface: its keys, and a token for an application."""

    def __init__(self, directory):
        self.key = directory / "platform.key"
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        # The last 64 bytes of the public key's DER are its point.
        point = self.openssl("ec", "-in", self.key, "-pubout", "-outform", "DER")[-64:]
        keys = json.dumps({"keys": [{
            "kty": "EC", "crv": "P-256", "kid": KEY, "alg": "ES256", "use": "sig", "x": encoded(point[:32]),
            "y": encoded(point[32:])}]}).encode()

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(keys)))
                self.end_headers()
                self.wfile.write(keys)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks"

    @staticmethod
    def openssl(*words, content=None):
        result = subprocess.run(["openssl", *map(str, words)], input=content, capture_output=True)
        if result.returncode != 0:
            raise TrialFailure(f"openssl {words[0]} ended with {result.returncode}: {result.stderr.decode()}")
        return result.stdout

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def token(self, seconds):
        """An application's own token (RFC 9068): its subject is its client."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": CLIENT, "client_id": CLIENT, "iat": now, "exp": now + seconds}
        head = {"alg": "ES256", "kid": KEY, "typ": "at+jwt"}
        signed = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
        signature = self.openssl("dgst", "-sha256", "-sign", self.key, content=signed.encode())
        return f"{signed}.{encoded(self.plain(signature))}"

    @staticmethod
    def plain(signature):
        """r and s, 32 bytes each (RFC 7518, 3.4), of a signature in DER: SEQUENCE { INTEGER, INTEGER }."""
        place, numbers = 2, b""
        for _ in range(2):
            length = signature[place + 1]
            numbers += signature[place + 2:place + 2 + length].lstrip(b"\0").rjust(32, b"\0")
            place += 2 + length
        return numbers


class Readers:
    """wrk against one node's gateway."""

    def __init__(self, trial, node, token, questions):
        self.node, self.token = node, token
        self.consortium = trial.consortium
        self.questions = trial.consortium.directory / "questions"
        self.connections = trial.arguments.connections
        self.questions.write_text("".join(f"{licence} {digest}\n" for licence, digest in questions))

    def read(self, what, seconds, rate=None):
        """Asks for so many seconds: as fast as answers come, or about `rate` times a second."""
        pause = round(1_000 * self.connections / rate) if rate else 0
        environment = {
            **os.environ, "ZHENGLIAN_READ": what, "ZHENGLIAN_PAUSE": str(pause), "ZHENGLIAN_TOKEN": self.token,
            "ZHENGLIAN_QUESTIONS": str(self.questions)}
        result = subprocess.run(
            ["wrk", "--threads", "1", "--connections", str(self.connections), "--duration", f"{seconds}s", "--timeout",
             "10s", "--script", str(pathlib.Path(__file__).with_name("gateway.lua")),
             f"https://127.0.0.1:{self.node.http}"],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60)
        if result.returncode != 0:
            raise TrialFailure(f"wrk ended with {result.returncode}: {result.stderr}{result.stdout}")
        report = json.loads(result.stdout.splitlines()[-1])
        if report["refused"] or report["broken"]:
            raise TrialFailure(f"not every reader was answered: {report}")
        return {
            "perSecond": round(report["answers"] / report["seconds"]),
            **{name: round(report[name], 1) for name in ("p50", "p99", "longest")}}


def commits(report):
    if report["errors"]:
        raise TrialFailure(f"not everything was committed: {report['errors']}")
    return {
        "perSecond": report["transactionsPerSecond"],
        **{name: report["latencyMilliseconds"].get(name) for name in ("p50", "p99")}}


def serve_readers(trial):
    """One node's gateway answers look-ups and verifications, without and with transactions that commit meanwhile."""
    consortium, node, arguments = trial.consortium, trial.nodes[0], trial.arguments
    if not shutil.which("wrk"):
        raise TrialFailure("this trial asks with wrk: install the package of that name")
    consortium.found()
    let_write(consortium, node)
    consortium.start_all()
    seconds = trial.scaled(20, 3)

    def connect():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        identity = consortium.client(node)
        context.load_cert_chain(identity / "certificate.pem", identity / "private.key")
        return http.client.HTTPSConnection("127.0.0.1", node.http, context=context, timeout=60)

    with Platform(consortium.directory) as platform:
        register(consortium, node, platform)
        readers = Readers(trial, node, platform.token(4 * 3_600), bring(trial, connect))
        result = {"connections": readers.connections, "licences": arguments.licences}
        result["commitsAlone"] = commits(trial.load(trial.nodes, seconds).report())
        for what in ("look-up", "verify"):
            processors = Processors([node])
            alone = readers.read(what, seconds)
            alone["processorMilliseconds"] = processors.milliseconds_each(alone["perSecond"] * seconds)[node.department]
            result[what] = {"alone": alone}
            for name, rate in [("whileCommitting", None), ("pacedWhileCommitting", arguments.reads)]:
                load = trial.load(trial.nodes, seconds + 2)
                with concurrent.futures.ThreadPoolExecutor(1) as pool:
                    reading = pool.submit(readers.read, what, seconds, rate)
                    committed = commits(load.report())
                    result[what][name] = {"reads": reading.result(), "commits": committed}
    return result


def let_write(consortium, node):
    """The node's gateway writes in the name of its department's client."""
    path = node.directory / "node.json"
    configuration = json.loads(path.read_text())
    configuration["gateway"]["identity"] = str(consortium.client(node))
    path.write_text(json.dumps(configuration, indent=2))


def register(consortium, node, platform):
    """The department trusts the platform, and its application may read as often as the ledger lets one."""
    words = consortium.connection(node, consortium.operator(node))
    consortium.run(
        "gateway", "platforms", "register", ISSUER, "--audience", AUDIENCE, "--key-set", platform.address, "--algorithm",
        "ES256", *words)
    consortium.run(
        "gateway", "applications", "register", "counter", "--display-name", "counter", "--until", "20991231",
        "--per-minute", MOST_PER_MINUTE, "--issuer", ISSUER, "--client", CLIENT, "--entitlement", "licences:read", *words)


def bring(trial, connect):
    """A library on the ledger; returns what is asked of it: licences that were issued over HTTP, with their files."""
    consortium, arguments = trial.consortium, trial.arguments
    library = Library(
        pathlib.Path(arguments.program).resolve().with_name("licence-library"), consortium.directory,
        trial.scaled(arguments.licences, min(arguments.licences, 500)), arguments.seed)
    with open(library.table, newline="") as file:
        rows = list(csv.DictReader(file))
    issued, imported = rows[:min(QUESTIONS, len(rows) // 2)], rows[min(QUESTIONS, len(rows) // 2):]
    rest = consortium.directory / "imported.csv"
    with open(rest, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(imported)
    keys = consortium.directory / "pseudonyms.json"
    consortium.run("holder", "keys", "init", "--keys", keys, "--genesis", consortium.genesis)
    consortium.run(
        "licence", "import", rest, "--pseudonym-keys", keys, "--json",
        *consortium.connection(trial.nodes[0], consortium.client(trial.nodes[0])), timeout=600)
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        parts = pool.map(lambda number: issue(connect, issued[number::WRITERS]), range(WRITERS))
        return [question for part in parts for question in part]


def issue(connect, rows):
    """Licences with a file each, by one connection."""
    questions = []
    with contextlib.closing(connect()) as connection:
        for row in rows:
            licence = row["certificate_identifier"]
            root, digest = (hashlib.sha256(f"{licence} {what}".encode()).hexdigest() for what in ("fields", "file"))
            body = {"licence": {
                "identifier": licence, "region": row["region_code"], "issuedOn": row["issued_on"],
                "validFrom": row["valid_from"], "metadataRoot": root, "fileDigest": digest}}
            connection.request(
                "POST", "/api/v1/licences", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status // 100 != 2:
                raise TrialFailure(f"a licence was not issued: {answer.status} {content.decode()}")
            questions.append((licence, digest))
    return questions

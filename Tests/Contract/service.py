"""A consortium of one real node that serves HTTP on the loopback interface, with some data, for contract tests."""

import base64
import csv
import datetime
import hashlib
import ipaddress
import json
import pathlib
import subprocess
import sys
import time

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Trials"))
from consortium import ISSUER_CODE, Consortium, TrialFailure, free_ports  # noqa: E402  (found by the line above)

MATTER = "contract-test"
LICENCES = 12
# A definition comes into force this many blocks after it was adopted.
BLOCKS_BEFORE_FORCE = 12


def base64_text(content):
    return base64.b64encode(content).decode()


def check_character(text):
    """The check character of a licence's identifier (GB/T 36904): ISO 7064, MOD 37,36."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for character in text.replace(".", ""):
        product = (product + alphabet.index(character)) % 36 or 36
        product = product * 2 % 37
    return alphabet[(37 - product) % 36]


def der(tag, content):
    """An element of DER."""
    length = len(content)
    head = bytes([length]) if length < 0x80 else bytes([0x81, length])
    return bytes([tag]) + head + content


class Device:
    """What a holder carries: a key of its own, which signs what the interface has it sign."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self):
        return base64_text(
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))

    def sign(self, statement):
        """The DER of a HolderSignature over a statement, in base64 (docs/zhenglian.asn1)."""
        message = der(0x30, der(0x0C, b"zhenglian holder 1") + der(0x04, bytes.fromhex(statement["digest"])))
        signature = self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        moment = statement["notAfter"]
        number = der(0x02, moment.to_bytes(moment.bit_length() // 8 + 1, "big"))
        return base64_text(der(0x30, number + der(0x04, signature)))


class Service(Consortium):
    """Two departments: the first has the node, issues licences and leads the matter; the second only asks."""

    def __init__(self, directory):
        super().__init__(ROOT / ".build" / "debug" / "zhenglian", directory, count=1, spares=1, vaults=True)
        self.port, self.operations_port = free_ports(2)
        self.address = f"https://127.0.0.1:{self.port}"
        self.api = f"{self.address}/api/v1"
        self.server_certificate = str(self.directory / "server.pem")

    def __enter__(self):
        try:
            self.found()
            self.issue(self.nodes[0], "auditor", "auditor", self.auditor)
            self.configure()
            self.start(self.nodes[0])
            self.wait(self.is_served, "the gateway")
            self.fill()
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(self, *_):
        self.stop_all()

    # Who calls

    @property
    def auditor(self):
        return self.directory / "auditors" / self.nodes[0].department

    def issue(self, node, role, name, place):
        self.run(
            "ca", "issue", "--authority", self.directory / "authorities" / node.department, "--consortium", "trial",
            "--role", role, "--name", name, "--directory", place)

    def certificate(self, identity):
        """What a caller shows: its certificate and key."""
        return (f"{identity}/certificate.pem", f"{identity}/private.key")

    @property
    def callers(self):
        """Those whom the interface tells apart, by what they may do."""
        own, other = self.nodes[0], self.spares[0]
        return {
            "client": self.certificate(self.client(own)),
            "administrator": self.certificate(self.operator(own)),
            "auditor": self.certificate(self.auditor),
            "stranger": self.certificate(self.client(other)),
            "nobody": None,
        }

    def call(self, method, path, caller="client", **options):
        """A request as the named caller makes it."""
        return requests.request(
            method, f"{self.api}{path}", cert=self.callers[caller], verify=self.server_certificate, timeout=90,
            **options)

    def must(self, method, path, caller="client", **options):
        response = self.call(method, path, caller, **options)
        if not response.ok:
            raise TrialFailure(f"{method} {path} was answered with {response.status_code}: {response.text}")
        return response.json()

    # Setting up

    def configure(self):
        """Gives the node a gateway with TLS, which writes as the department's client."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256()))
        pathlib.Path(self.server_certificate).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_path = self.directory / "server.key"
        key_path.touch(mode=0o600)
        key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        path = self.nodes[0].directory / "node.json"
        configuration = json.loads(path.read_text())
        configuration["gateway"] = {
            "listen": {"host": "127.0.0.1", "port": self.port},
            "certificate": self.server_certificate,
            "private-key": str(key_path),
            "identity": str(self.client(self.nodes[0])),
            "operations": {"host": "127.0.0.1", "port": self.operations_port},
        }
        path.write_text(json.dumps(configuration))

    def is_served(self):
        try:
            return requests.get(f"http://127.0.0.1:{self.operations_port}/ready", timeout=2).ok
        except requests.ConnectionError:
            return False

    # Data

    def fill(self):
        """A few licences and a case, written over the interface."""
        table = self.directory / "library.csv"
        subprocess.run(
            [ROOT / ".build" / "debug" / "licence-library", str(LICENCES), table, "--seed", "7", "--issuer", ISSUER_CODE],
            check=True, capture_output=True)
        with open(table, newline="") as file:
            self.rows = list(csv.DictReader(file))
        self.holder = "P1-" + hashlib.sha256(b"holder").hexdigest()
        self.file = hashlib.sha256(b"a licence's file").hexdigest()
        for row in self.rows[:3]:
            self.issued = self.must("POST", "/licences", json={"licence": self.licence(row)})
        # One that may be shown: not expired, and not among those that are issued over HTTP.
        today = f"{datetime.date.today():%Y%m%d}"
        self.keep(next(row for row in self.rows[5:] if not row["valid_until"] or row["valid_until"] > today))
        self.adopt()
        case = self.must("POST", "/cases", json=self.opening())
        self.case = case["code"]

    def licence(self, row):
        return {
            "identifier": row["certificate_identifier"], "holder": self.holder, "region": row["region_code"],
            "issuedOn": row["issued_on"], "validFrom": row["valid_from"],
            "metadataRoot": hashlib.sha256(row["certificate_identifier"].encode()).hexdigest(),
            "fileDigest": hashlib.sha256(row["certificate_identifier"].encode() + b"file").hexdigest()}

    def keep(self, row):
        """A licence that the node's vault has, issued by the command: what the gateway can have released."""
        table, keys = self.directory / "kept.csv", self.directory / "pseudonyms.json"
        with open(table, "w", newline="") as file:
            writer = csv.DictWriter(file, row.keys())
            writer.writeheader()
            writer.writerow(row)
        self.run("holder", "keys", "init", "--keys", keys, "--genesis", self.genesis)
        words = ["--salts", self.directory / "salts"]
        self.run(
            "licence", "issue", "--table", table, "--identifier", row["certificate_identifier"], "--pseudonym-keys", keys,
            *words, *self.connection(self.nodes[0], self.client(self.nodes[0])))
        self.run(
            "vault", "put", table, "--vault", self.nodes[0].directory / "vault", "--genesis", self.genesis, *words)
        self.kept = row["certificate_identifier"]
        self.device = Device()
        self.must("POST", "/holders", json={
            "holder": self.must("GET", f"/licences/{self.kept}")["holder"], "level": 4, "licence": self.kept,
            "key": self.device.public_key})

    def next_version(self, row):
        """The body that brings the second version of a licence: renewed, with the next version's number."""
        parts = row["certificate_identifier"].split(".")
        parts[8] = "002"
        body = ".".join(parts[5:9])
        identifier = ".".join(parts[:9] + [check_character(body)])
        return {
            "licence": {**self.licence(row), "identifier": identifier}, "operation": self.operation("newVersion")}

    def codes(self):
        return self.must("GET", "/licences/codes")["inForce"]["operations"]

    def operation(self, effect):
        return next(operation["code"] for operation in self.codes() if operation["effect"] == effect)

    def operation_to(self, status):
        """The operation that takes a licence in force to a status."""
        return next(
            operation["code"] for operation in self.codes() for transition in operation["transitions"]
            if operation["effect"] == "status" and (transition["from"], transition["to"]) == ("01", status))

    def key_identifier(self):
        """What the ledger calls the key of the client whose certificate it knows."""
        certificate = x509.load_pem_x509_certificate((self.client(self.nodes[0]) / "certificate.pem").read_bytes())
        return hashlib.sha256(
            certificate.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def opening(self, whose="holder"):
        holder = "P1-" + hashlib.sha256(whose.encode()).hexdigest()
        return {"matter": MATTER, "subject": {"holder": holder}, "items": [{"name": "note", "value": "a note"}]}

    def adopt(self):
        """Has the administrators of both departments adopt the definition of a matter with one step."""
        def title(text):
            return {"chinese": "契约测试", "english": text}
        definition = {
            "matter": MATTER, "version": 1, "title": title("Contract test"), "basis": "契约测试", "lead": "lead",
            "subject": "holder", "roles": [{"name": "lead", "department": "market", "title": title("Lead")}],
            "fields": [{"name": "note", "title": title("Note"), "for": ["lead"]}],
            "reasons": [{"code": "UNFIT", "title": title("Unfit")}], "intake": [{"item": "note"}],
            "ends": [{"name": "refused", "title": title("Refused")}],
            "steps": [{
                "name": "check", "title": title("Check"), "role": "lead", "needs": ["note"],
                "answers": [
                    {"name": "granted", "title": title("Granted")},
                    {"name": "denied", "title": title("Denied"), "ends": "refused"}],
                "limits": {"answer": "24 hours"}, "attempts": 3}]}
        path = self.directory / "definition.json"
        path.write_text(json.dumps(definition, ensure_ascii=False))
        words = ["onething", "define", "propose", path, *self.connection(self.nodes[0], self.operator(self.nodes[0]))]
        proposal = json.loads(self.run(*words, "--json").stdout)["proposal"]
        if proposal:
            self.run(
                "onething", "define", "approve", MATTER, proposal["definition"]["digest"],
                *self.connection(self.nodes[0], self.operator(self.spares[0])))
        # Blocks come with transactions.
        for _ in range(BLOCKS_BEFORE_FORCE):
            self.must("POST", "/uses/verifications", json=self.verification())
        self.wait(lambda: self.must("GET", f"/matters/{MATTER}").get("definition"), "the matter in force")

    def verification(self):
        return {
            "licence": self.rows[0]["certificate_identifier"], "outcome": "consistent", "purpose": "CONTRACT-TEST",
            "application": "contract-test"}

    def key(self):
        """A public key that a release may be encrypted to."""
        return base64_text(
            ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))

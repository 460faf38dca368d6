#!/usr/bin/env python3
"""Checks a receipt of Zhenglian against a genesis file, without any of Zhenglian's code.

    verify_receipt.py GENESIS RECEIPT

It follows docs/zhenglian.asn1 and docs/formats.md ("Checking a receipt by hand") and nothing else, with OpenSSL for
the signatures of certificates and Python's 'cryptography' for everything else that is cryptographic. It prints what the
receipt establishes and exits with 0, or says what does not hold and exits with 1.
"""

import datetime
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, SignatureAlgorithmOID

LARGEST = 2**63 - 1
ROLES = {"validator", "observer", "client", "administrator", "auditor"}
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)


class Refused(Exception):
    """What does not hold, and where."""


def require(condition, message):
    if not condition:
        raise Refused(message)


def digest(octets):
    return hashlib.sha256(octets).digest()


# ----------------------------------------------------------------------------------------------------------------------
# DER (X.690)

INTEGER, BIT_STRING, OCTET_STRING, ENUMERATED, UTF8_STRING, SEQUENCE = 0x02, 0x03, 0x04, 0x0A, 0x0C, 0x30


class Reader:
    """The elements of one SEQUENCE, or of octets that hold one structure, in order."""

    def __init__(self, octets):
        self.octets = octets
        self.position = 0

    def take(self, count):
        require(self.position + count <= len(self.octets), "DER: the octets end too early")
        self.position += count
        return self.octets[self.position - count : self.position]

    def element(self, tag):
        """The content of the next element, and the whole of it."""
        start = self.position
        found = self.take(1)[0]
        require(found == tag, f"DER: the tag {found:#04x} stands where {tag:#04x} has to")
        length = self.take(1)[0]
        if length >= 0x80:
            require(0x81 <= length <= 0x84, "DER: an indefinite or overlong length")
            octets = self.take(length - 0x80)
            length = int.from_bytes(octets, "big")
            require(octets[0] != 0 and length >= 0x80, "DER: a length that is not the shortest")
        return self.take(length), self.octets[start : self.position]

    def has_more(self):
        return self.position < len(self.octets)

    def end(self):
        require(not self.has_more(), "DER: something follows the last element")

    def number(self, tag=INTEGER, smallest=0, largest=LARGEST):
        content, _ = self.element(tag)
        require(len(content) > 0, "DER: an INTEGER of no octets")
        shortest = len(content) == 1 or (content[0], content[1] >> 7) not in ((0x00, 0), (0xFF, 1))
        require(shortest, "DER: an INTEGER that is not the shortest")
        value = int.from_bytes(content, "big", signed=True)
        require(smallest <= value <= largest, f"the number {value} is not in {smallest}..{largest}")
        return value

    def octet_string(self, largest, smallest=0):
        content, _ = self.element(OCTET_STRING)
        require(smallest <= len(content) <= largest, f"an OCTET STRING of {len(content)} octets")
        return content

    def digest(self):
        return self.octet_string(32, 32)

    def text(self, largest):
        content, _ = self.element(UTF8_STRING)
        require(len(content) <= largest, f"a UTF8String of {len(content)} octets")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(f"DER: {error}") from error

    def label(self):
        text = self.text(32)
        require(LABEL.fullmatch(text), f"'{text}' is no name")
        return text

    def bits(self, largest):
        content, _ = self.element(BIT_STRING)
        require(len(content) > 0 and content[0] < 8, "DER: a BIT STRING without its first octet")
        unused = content[0]
        count = (len(content) - 1) * 8 - unused
        require(1 <= count <= largest, f"a BIT STRING of {count} bits")
        value = int.from_bytes(content[1:], "big")
        require(value & ((1 << unused) - 1) == 0, "DER: unused bits that are not zero")
        return [value >> (unused + count - 1 - index) & 1 == 1 for index in range(count)]

    def sequence(self):
        """The elements of the SEQUENCE that is next, and the whole of it."""
        content, whole = self.element(SEQUENCE)
        return Reader(content), whole

    def list(self, read, largest, smallest=0):
        elements, _ = self.sequence()
        found = []
        while elements.has_more():
            require(len(found) < largest, f"more than {largest} elements")
            found.append(read(elements))
        require(len(found) >= smallest, f"fewer than {smallest} elements")
        return found


def encode(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 + len(octets)]) + octets + content


def encode_number(value):
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


# ----------------------------------------------------------------------------------------------------------------------
# The structures of docs/zhenglian.asn1. 'der' is the structure as it was received, which is what is hashed.


@dataclass
class Department:
    name: str
    title: str
    authority: bytes


@dataclass
class Genesis:
    der: bytes
    consortium: str
    channel: str
    created_at: int
    departments: list
    certificates: list


def read_genesis(octets):
    require(len(octets) <= 2 << 20, "the genesis file is longer than 2 MiB")
    outer = Reader(octets)
    fields, der = outer.sequence()
    outer.end()
    fields.number(smallest=1, largest=1)
    consortium, channel, created_at = fields.label(), fields.label(), fields.number()
    require(fields.text(16) == "p256", "only the suite p256 is known here")
    departments = fields.list(read_department, 256, 1)
    certificates = fields.list(read_validator, 100, 1)
    limits, _ = fields.sequence()
    fields.end()
    transaction = limits.number(smallest=1024, largest=1 << 20)
    limits.number(smallest=transaction + 1024, largest=8 << 20)
    limits.number(smallest=1, largest=10_000)
    limits.number(smallest=1, largest=1_000_000)
    delay = limits.number(smallest=10, largest=60_000)
    limits.number(smallest=3 * delay, largest=600_000)
    limits.number(smallest=100, largest=600_000)
    limits.end()
    return Genesis(der, consortium, channel, created_at, departments, certificates)


def read_department(reader):
    fields, _ = reader.sequence()
    name, title = fields.label(), fields.text(256)
    fields.list(lambda codes: codes.text(18), 64)
    authority = fields.octet_string(4096)
    fields.end()
    return Department(name, title, authority)


def read_validator(reader):
    fields, _ = reader.sequence()
    certificate = fields.octet_string(4096)
    fields.text(253)
    fields.number(smallest=1, largest=65_535)
    fields.end()
    return certificate


def counted(names):
    """The names in their order, with a count where one stands several times."""
    counts = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items())


@dataclass
class Transaction:
    der: bytes
    identifier: bytes
    channel: bytes
    submitter: bytes
    last_valid_height: int
    calls: list
    signature: bytes


def read_transaction(reader):
    fields, der = reader.sequence()
    require(len(der) <= 1 << 20, "the transaction is longer than 1 MiB")
    body, body_der = fields.sequence()
    signature = fields.octet_string(128)
    fields.end()
    body.number(smallest=1, largest=1)
    channel, submitter = body.digest(), body.digest()
    body.octet_string(16, 16)
    last_valid_height = body.number()
    calls = body.list(read_call, 1_000, 1)
    body.end()
    return Transaction(der, digest(body_der), channel, submitter, last_valid_height, calls, signature)


def read_call(reader):
    fields, _ = reader.sequence()
    contract, method = fields.text(64), fields.text(64)
    fields.octet_string(1 << 20)
    fields.end()
    return f"{contract}.{method}"


@dataclass
class Path:
    size: int
    index: int
    siblings: list


def read_path(reader):
    fields, _ = reader.sequence()
    size = fields.number(smallest=1, largest=1 << 62)
    index = fields.number(largest=size - 1)
    siblings = fields.list(Reader.digest, 62)
    fields.end()
    return Path(size, index, siblings)


@dataclass
class Outcome:
    der: bytes
    transaction: bytes
    height: int
    index: int
    status: str


def read_outcome(reader):
    fields, der = reader.sequence()
    require(len(der) <= 4 << 20, "the outcome is longer than 4 MiB")
    transaction, height, index = fields.digest(), fields.number(), fields.number(largest=10_000)
    if fields.number(tag=ENUMERATED, largest=1) == 0:
        events = fields.list(read_event, 1_000)
        fields.list(lambda values: values.octet_string(1 << 20), 1_000)
        status = "applied" + (f" with the events {counted(events)}" if events else "")
    else:
        rejection, _ = fields.sequence()
        rejection.number(largest=1_000)
        status = f"rejected: {rejection.text(64)}: {rejection.text(1024)}"
        rejection.end()
    fields.end()
    return Outcome(der, transaction, height, index, status)


def read_event(reader):
    fields, _ = reader.sequence()
    contract, name = fields.text(64), fields.text(64)
    fields.octet_string(1 << 20)
    fields.end()
    return f"{contract}.{name}"


@dataclass
class Header:
    der: bytes
    channel: bytes
    epoch: int
    height: int
    view: int
    timestamp: int
    transactions_root: bytes
    executed_height: int
    journal_root: bytes


def read_header(reader):
    fields, der = reader.sequence()
    require(len(der) <= 512, "a header is longer than 512 octets")
    fields.number(smallest=1, largest=1)
    channel, epoch, height, view = fields.digest(), fields.number(), fields.number(), fields.number()
    fields.digest()
    timestamp = fields.number()
    fields.number(largest=99)
    transactions_root = fields.digest()
    executed, _ = fields.sequence()
    fields.end()
    executed_height, _, journal_root = executed.number(), executed.digest(), executed.digest()
    executed.end()
    return Header(der, channel, epoch, height, view, timestamp, transactions_root, executed_height, journal_root)


@dataclass
class Finalization:
    statement: bytes
    kind: int
    channel: bytes
    epoch: int
    view: int
    block: bytes
    signers: list
    signatures: list


def read_finalization(reader):
    fields, der = reader.sequence()
    require(len(der) <= 16_384, "the certificate of the quorum is longer than 16 KiB")
    statement, statement_der = fields.sequence()
    kind = statement.number(tag=ENUMERATED, largest=2)
    channel, epoch, view = statement.digest(), statement.number(), statement.number()
    block = statement.digest() if kind != 1 else None
    statement.end()
    signers = fields.bits(100)
    signatures = fields.list(lambda list: list.octet_string(128), 100)
    fields.end()
    require(len(signatures) == sum(signers), "the certificate has not one signature for each signer")
    return Finalization(statement_der, kind, channel, epoch, view, block, signers, signatures)


@dataclass
class Receipt:
    consortium: bytes
    transaction: Transaction
    certificate: bytes
    transaction_path: Path
    outcome: Outcome
    outcome_path: Path
    header: Header
    journal_path: Path
    sealing: Header
    finalization: Finalization


def read_receipt(octets):
    require(len(octets) <= 8 << 20, "the receipt is longer than 8 MiB")
    outer = Reader(octets)
    fields, _ = outer.sequence()
    outer.end()
    fields.number(smallest=1, largest=1)
    receipt = Receipt(
        fields.digest(),
        read_transaction(fields),
        fields.octet_string(4096),
        read_path(fields),
        read_outcome(fields),
        read_path(fields),
        read_header(fields),
        read_path(fields),
        read_header(fields),
        read_finalization(fields),
    )
    fields.end()
    return receipt


# ----------------------------------------------------------------------------------------------------------------------
# Certificates of members


@dataclass
class Member:
    department: str
    role: str
    name: str
    key: ec.EllipticCurvePublicKey

    def __str__(self):
        return f"{self.department}/{self.role}/{self.name}"

    @property
    def key_identifier(self):
        return digest(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def load_certificate(octets, what):
    try:
        certificate = x509.load_der_x509_certificate(octets)
        # The library parses these only when they are asked for.
        parts = (certificate.version, certificate.extensions, certificate.subject, certificate.public_key())
        require(all(part is not None for part in parts), f"{what} is no certificate")
        return certificate
    except Refused:
        raise
    except Exception as error:  # The library has no error of its own for this: some octets give a KeyError.
        raise Refused(f"{what} is no certificate: {error}") from error


def extension(certificate, oid):
    try:
        return certificate.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def names(name):
    return [(part.oid, part.value) for part in name] if all(len(rdn) == 1 for rdn in name.rdns) else None


def require_valid(certificate, milliseconds, what):
    """Both ends of the validity are included (RFC 5280, section 6.1.3)."""

    def since_1970(attribute):
        # Before version 42 of 'cryptography' there are dates without a time zone alone, which are in UTC as well.
        date = getattr(certificate, f"{attribute}_utc", None) or getattr(certificate, attribute)
        return date.replace(tzinfo=datetime.timezone.utc).timestamp() * 1_000

    require(since_1970("not_valid_before") <= milliseconds, f"{what} is not valid yet")
    require(milliseconds <= since_1970("not_valid_after"), f"{what} has expired")


def require_issued(octets, authority, what):
    """Whether OpenSSL finds that the authority has signed the certificate, for both sides of TLS."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, der in (("authority.pem", authority), ("certificate.pem", octets)):
            files.append(pathlib.Path(folder) / name)
            files[-1].write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
        for purpose in ("sslclient", "sslserver"):
            # The time is compared above: here it would be the machine's.
            result = subprocess.run(
                ["openssl", "verify", "-no_check_time", "-purpose", purpose, "-CAfile", *map(str, files)],
                capture_output=True,
                text=True,
                check=False,
            )
            require(result.returncode == 0, f"OpenSSL refuses {what}: {result.stderr.strip()}")


def check_member(genesis, octets, milliseconds, what):
    """Whom a certificate speaks for, if it keeps the profile and its department's authority has signed it."""
    certificate = load_certificate(octets, what)
    require(certificate.version is x509.Version.v3, f"{what} is not of version 3")
    algorithm = certificate.signature_algorithm_oid
    require(algorithm == SignatureAlgorithmOID.ECDSA_WITH_SHA256, f"{what} is not signed by ECDSA with SHA-256")
    key = certificate.public_key()
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    require(is_p256, f"the key of {what} is not on P-256")

    alternatives = list(extension(certificate, ExtensionOID.SUBJECT_ALTERNATIVE_NAME) or [])
    require(len(alternatives) == 1, f"{what} has not exactly one name")
    require(isinstance(alternatives[0], x509.UniformResourceIdentifier), f"the name of {what} is no URI")
    parts = alternatives[0].value.removeprefix("spiffe://").split("/")
    require(alternatives[0].value.startswith("spiffe://") and len(parts) == 4, f"the URI of {what} is no member's")
    consortium, department, role, name = parts
    is_member = all(LABEL.fullmatch(part) for part in (consortium, department, name)) and role in ROLES
    require(is_member, f"the URI of {what} is no member's")
    require(consortium == genesis.consortium, f"{what} is for the consortium {consortium}")
    expected = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, department),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, role),
        (NameOID.COMMON_NAME, name),
    ]
    require(names(certificate.subject) == expected, f"the subject of {what} is not that of its URI")

    constraints = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    require(constraints is None or not constraints.ca, f"{what} is an authority's")
    usage = extension(certificate, ExtensionOID.KEY_USAGE)
    require(usage is not None and usage.digital_signature, f"{what} is not for signatures")
    extended = extension(certificate, ExtensionOID.EXTENDED_KEY_USAGE) or []
    both = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    require(both <= set(extended), f"{what} is not for both sides of TLS")
    known = {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
    critical = {entry.oid for entry in certificate.extensions if entry.critical}
    require(critical <= known, f"{what} has critical extensions that are not of the profile")

    authorities = [entry.authority for entry in genesis.departments if entry.name == department]
    require(len(authorities) == 1, f"the genesis has no authority of {department}")
    require_issued(octets, authorities[0], what)
    require_valid(certificate, milliseconds, what)
    require_valid(load_certificate(authorities[0], "the authority"), milliseconds, f"the authority of {department}")
    return Member(department, role, name, key)


def check_authority(department):
    what = f"the authority of {department.name}"
    certificate = load_certificate(department.authority, what)
    expected = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, department.name),
        (NameOID.COMMON_NAME, f"{department.name} authority"),
    ]
    require(names(certificate.subject) == expected, f"{what} is another's")
    constraints = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    usage = extension(certificate, ExtensionOID.KEY_USAGE)
    require(constraints is not None and constraints.ca, f"{what} is none")
    require(usage is not None and usage.key_cert_sign and usage.crl_sign, f"{what} may not sign certificates and lists")


# ----------------------------------------------------------------------------------------------------------------------
# The checks of docs/formats.md


def require_signed(key, signature, purpose, name, what):
    """Whether the signature is the key's, for the purpose, over a structure whose digest is 'name'."""
    signed = encode(SEQUENCE, encode(UTF8_STRING, purpose.encode()) + encode(OCTET_STRING, name))
    try:
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refused(f"{what} does not hold") from error


def root(path, leaf):
    """RFC 9162, section 2.1.3.2."""
    first, second, result = path.index, path.size - 1, digest(b"\x00" + leaf)
    for sibling in path.siblings:
        require(second != 0, "a Merkle path is too long")
        if first % 2 == 1 or first == second:
            result = digest(b"\x01" + sibling + result)
            while first % 2 == 0 and first != 0:
                first, second = first // 2, second // 2
        else:
            result = digest(b"\x01" + result + sibling)
        first, second = first // 2, second // 2
    require(second == 0, "a Merkle path is too short")
    return result


def check_genesis(octets):
    """The genesis, its channel's identifier and its validators in their order."""
    genesis = read_genesis(octets)
    require(len({entry.name for entry in genesis.departments}) == len(genesis.departments), "a department stands twice")
    for department in genesis.departments:
        check_authority(department)
    validators = []
    for number, certificate in enumerate(genesis.certificates):
        member = check_member(genesis, certificate, genesis.created_at, f"the certificate of validator {number}")
        require(member.role == "validator", f"{member} is no validator by its role")
        validators.append(member)
    require(len({str(member) for member in validators}) == len(validators), "a validator stands twice")
    require(len({member.key_identifier for member in validators}) == len(validators), "two validators have one key")
    name = encode(OCTET_STRING, digest(genesis.der)) + encode(UTF8_STRING, genesis.channel.encode())
    return genesis, digest(encode(SEQUENCE, name)), validators


def check_place(receipt):
    transaction, outcome, header = receipt.transaction, receipt.outcome, receipt.header
    found = root(receipt.transaction_path, transaction.der)
    require(found == header.transactions_root, "the path of the transaction does not lead to the block's root")
    require(outcome.transaction == transaction.identifier, "the outcome is of another transaction")
    require(outcome.height == header.height, "the outcome is of another height")
    places = {outcome.index, receipt.transaction_path.index, receipt.outcome_path.index}
    require(len(places) == 1, "transaction and outcome do not have the same place")
    require(receipt.transaction_path.size == receipt.outcome_path.size, "the two trees are not of the same size")
    require(header.height <= transaction.last_valid_height, "the block is above the transaction's last height")


def check_journal(receipt):
    header, sealing = receipt.header, receipt.sealing
    outcomes_root = root(receipt.outcome_path, receipt.outcome.der)
    leaf = encode_number(header.height)
    for part in (digest(header.der), header.transactions_root, outcomes_root):
        leaf += encode(OCTET_STRING, part)
    require(header.height >= 1, "the block is the genesis")
    require(receipt.journal_path.index == header.height - 1, "the path of the block is that of another height")
    require(receipt.journal_path.size == sealing.executed_height, "the path of the block is of another journal")
    require(sealing.executed_height < sealing.height, "the sealing header states its own results")
    found = root(receipt.journal_path, encode(SEQUENCE, leaf))
    require(found == sealing.journal_root, "the path of the block does not lead to the journal's root")


def check_seal(receipt, validators):
    """The names of those who have signed."""
    sealing, seal = receipt.sealing, receipt.finalization
    require(seal.kind == 2, "the certificate is no finalization")
    require(seal.block == digest(sealing.der), "the finalization is of another block")
    require(seal.view == sealing.view and seal.epoch == sealing.epoch, "the finalization is of another view or epoch")
    require(seal.epoch == 0, "the validators of the genesis are those of epoch 0")
    require(len(seal.signers) == len(validators), "the finalization is of another number of validators")
    quorum = len(validators) - (len(validators) - 1) // 3
    signers = [member for member, has_signed in zip(validators, seal.signers) if has_signed]
    require(len(signers) >= quorum, f"{len(signers)} validators have signed, and {quorum} are needed")
    for member, signature in zip(signers, seal.signatures):
        require_signed(member.key, signature, "zhenglian vote 1", digest(seal.statement), f"the signature of {member}")
    return signers


def verify(genesis_octets, receipt_octets):
    """What a receipt establishes, as lines of text; Refused where it does not hold."""
    genesis, channel, validators = check_genesis(genesis_octets)
    receipt = read_receipt(receipt_octets)
    require(receipt.consortium == digest(genesis.der), "the receipt is of another consortium")
    transaction, outcome, header, sealing = receipt.transaction, receipt.outcome, receipt.header, receipt.sealing
    channels = {transaction.channel, header.channel, sealing.channel, receipt.finalization.channel}
    require(channels == {channel}, "a part of the receipt is of another channel")

    submitter = check_member(genesis, receipt.certificate, header.timestamp, "the submitter's certificate")
    require(submitter.key_identifier == transaction.submitter, "the certificate is not of the transaction's submitter")
    what = "the transaction's signature"
    require_signed(submitter.key, transaction.signature, "zhenglian transaction 1", transaction.identifier, what)
    check_place(receipt)
    check_journal(receipt)
    signers = check_seal(receipt, validators)

    time = datetime.datetime.fromtimestamp(header.timestamp // 1_000, datetime.timezone.utc)
    return [
        f"consortium   {genesis.consortium} ({digest(genesis.der).hex()})",
        f"channel      {genesis.channel}",
        f"transaction  {transaction.identifier.hex()}",
        f"calls        {counted(transaction.calls)}",
        f"submitter    {submitter}",
        f"block        height {header.height}, {time:%Y-%m-%dT%H:%M:%SZ}",
        f"outcome      {outcome.status}",
        f"sealed       height {sealing.height}, by {', '.join(map(str, signers))}",
    ]


def main(arguments):
    if len(arguments) != 2:
        print("usage: verify_receipt.py GENESIS RECEIPT", file=sys.stderr)
        return 2
    try:
        genesis, receipt = (pathlib.Path(path).read_bytes() for path in arguments)
    except OSError as error:
        print(error, file=sys.stderr)
        return 3
    try:
        print("\n".join(verify(genesis, receipt)))
    except Refused as refusal:
        print(f"refused: {refusal}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

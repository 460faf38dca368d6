"""The structures of docs/zhenglian.asn1. 'der' is the structure as it was received, which is what is hashed."""

from dataclasses import dataclass

from .der import ENUMERATED, LARGEST, OCTET_STRING, SEQUENCE, UTF8_STRING, Reader, Refused, encode, require
from .suites import SUITES


@dataclass
class Department:
    name: str
    title: str
    authority: bytes
    transport_authority: bytes


@dataclass
class Genesis:
    der: bytes
    consortium: str
    channel: str
    created_at: int
    suite: object
    departments: list
    certificates: list

    @property
    def consortium_identifier(self):
        return self.suite.digest(self.der)

    @property
    def channel_identifier(self):
        name = encode(OCTET_STRING, self.consortium_identifier) + encode(UTF8_STRING, self.channel.encode())
        return self.suite.digest(encode(SEQUENCE, name))


def read_genesis(octets):
    require(len(octets) <= 2 << 20, "the genesis file is longer than 2 MiB")
    outer = Reader(octets)
    fields, der = outer.sequence()
    outer.end()
    fields.number(smallest=1, largest=1)
    consortium, channel, created_at = fields.label(), fields.label(), fields.number()
    suite = read_suite(fields)
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
    return Genesis(der, consortium, channel, created_at, suite, departments, certificates)


def read_suite(reader):
    name = reader.text(16)
    require(name in SUITES, f"the suite '{name}' is not known here")
    return SUITES[name]


def read_department(reader):
    fields, _ = reader.sequence()
    name, title = fields.label(), fields.text(256)
    fields.list(lambda codes: codes.text(18), 64)
    authority, transport_authority = fields.octet_string(4096), None
    if fields.is_tagged(0):
        tagged = fields.tagged(0)
        transport_authority = tagged.octet_string(4096)
        tagged.end()
    fields.end()
    return Department(name, title, authority, transport_authority)


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
    body: bytes
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
    return Transaction(der, body_der, channel, submitter, last_valid_height, calls, signature)


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
    state_root: bytes
    journal_root: bytes


def read_header(reader):
    fields, der = reader.sequence()
    require(len(der) <= 512, "a header is longer than 512 octets")
    fields.number(smallest=2, largest=2)
    channel, epoch, height, view = fields.digest(), fields.number(), fields.number(), fields.number()
    fields.digest()
    timestamp = fields.number()
    fields.number(largest=99)
    transactions_root = fields.digest()
    executed, _ = fields.sequence()
    fields.end()
    results = executed.number(), executed.digest(), executed.digest()
    executed.end()
    return Header(der, channel, epoch, height, view, timestamp, transactions_root, *results)


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


# ----------------------------------------------------------------------------------------------------------------------
# The state


@dataclass
class Name:
    der: bytes
    contract: str
    key: bytes

    def __str__(self):
        return f"{self.contract} {self.key.hex()}"


def read_name(reader):
    fields, der = reader.sequence()
    name = Name(der, fields.text(64), fields.octet_string(256))
    fields.end()
    return name


@dataclass
class Leaf:
    der: bytes
    key: bytes
    value: bytes
    next: bytes
    height: int


@dataclass
class StatePath:
    size: int
    position: int
    entry_siblings: list
    activity: bytes
    twig_siblings: list


@dataclass
class StateProof:
    leaf: Leaf
    path: StatePath


def read_state_proof(reader):
    fields, _ = reader.sequence()
    elements, der = fields.sequence()
    leaf = Leaf(der, elements.digest(), elements.digest(), elements.digest(), elements.number())
    elements.end()
    elements, _ = fields.sequence()
    size = elements.number(smallest=1, largest=2**48)
    position = elements.number(largest=size - 1)
    siblings = elements.list(Reader.digest, 8)
    path = StatePath(size, position, siblings, elements.digest(), elements.list(Reader.digest, 40))
    elements.end()
    fields.end()
    return StateProof(leaf, path)


@dataclass
class TrailHead:
    count: int
    chain: bytes


def read_trail_head(reader):
    fields, _ = reader.sequence()
    head = TrailHead(fields.number(largest=LARGEST - 1), fields.digest())
    fields.end()
    return head


# ----------------------------------------------------------------------------------------------------------------------
# Epochs


@dataclass
class EpochValidators:
    der: bytes
    epoch: int
    first_height: int
    certificates: list


def read_epoch_validators(reader):
    fields, der = reader.sequence()
    epoch, first_height = fields.number(), fields.number()
    certificates = fields.list(lambda list: list.octet_string(4096), 100, 1)
    fields.end()
    return EpochValidators(der, epoch, first_height, certificates)


@dataclass
class EpochChange:
    header: Header
    finalization: Finalization
    validators: EpochValidators
    proof: StateProof


def read_epoch_change(reader):
    fields, _ = reader.sequence()
    change = EpochChange(
        read_header(fields), read_finalization(fields), read_epoch_validators(fields), read_state_proof(fields)
    )
    fields.end()
    return change


@dataclass
class Trusted:
    suite: object
    consortium: bytes
    validators: EpochValidators
    authenticated_at: int
    header: Header


def read_trusted(octets):
    require(len(octets) <= 421 << 10, "the trusted validators are longer than 421 KiB")
    outer = Reader(octets)
    fields, _ = outer.sequence()
    outer.end()
    fields.number(smallest=1, largest=1)
    trusted = Trusted(
        read_suite(fields), fields.digest(), read_epoch_validators(fields), fields.number(), read_header(fields)
    )
    fields.end()
    return trusted


# ----------------------------------------------------------------------------------------------------------------------
# Receipts and steps of a light client


@dataclass
class TransactionSubject:
    transaction: Transaction
    certificate: bytes
    transaction_path: Path
    outcome: Outcome
    outcome_path: Path
    header: Header
    journal_path: Path


def read_transaction_subject(fields):
    return TransactionSubject(
        read_transaction(fields),
        fields.octet_string(4096),
        read_path(fields),
        read_outcome(fields),
        read_path(fields),
        read_header(fields),
        read_path(fields),
    )


@dataclass
class EntrySubject:
    name: Name
    value: bytes
    proof: StateProof


def read_entry_subject(fields):
    return EntrySubject(read_name(fields), fields.octet_string(1 << 16), read_state_proof(fields))


@dataclass
class AbsenceSubject:
    name: Name
    proof: StateProof


def read_absence_subject(fields):
    return AbsenceSubject(read_name(fields), read_state_proof(fields))


@dataclass
class ListSubject:
    name: Name
    preceding: TrailHead
    elements: list
    proof: StateProof


def read_list_subject(fields):
    name, preceding = read_name(fields), read_trail_head(fields)
    elements = fields.list(lambda list: list.octet_string(1 << 16), 100_000)
    return ListSubject(name, preceding, elements, read_state_proof(fields))


SUBJECTS = [read_transaction_subject, read_entry_subject, read_absence_subject, read_list_subject]


def read_subject(reader):
    for number, read in enumerate(SUBJECTS):
        if reader.is_tagged(number):
            outer = reader.tagged(number)
            fields, _ = outer.sequence()
            subject = read(fields)
            fields.end()
            outer.end()
            return subject
    raise Refused("the receipt has no subject that is known here")


@dataclass
class Receipt:
    suite: object
    consortium: bytes
    subject: object
    sealing: Header
    finalization: Finalization
    epochs: list


def read_receipt(octets):
    require(len(octets) <= 8 << 20, "the receipt is longer than 8 MiB")
    outer = Reader(octets)
    fields, _ = outer.sequence()
    outer.end()
    fields.number(smallest=2, largest=2)
    receipt = Receipt(
        read_suite(fields),
        fields.digest(),
        read_subject(fields),
        read_header(fields),
        read_finalization(fields),
        fields.list(read_epoch_change, 1_000),
    )
    fields.end()
    return receipt


@dataclass
class JournalProof:
    leaf: bytes
    height: int
    header: bytes
    path: Path


def read_journal_proof(reader):
    fields, _ = reader.sequence()
    elements, der = fields.sequence()
    height, header = elements.number(), elements.digest()
    elements.digest()
    elements.digest()
    elements.end()
    proof = JournalProof(der, height, header, read_path(fields))
    fields.end()
    return proof


@dataclass
class Step:
    suite: object
    consortium: bytes
    epochs: list
    header: Header
    finalization: Finalization
    consistency: list
    known: JournalProof


def read_step(octets):
    require(len(octets) <= 8 << 20, "the step is longer than 8 MiB")
    outer = Reader(octets)
    fields, _ = outer.sequence()
    outer.end()
    fields.number(smallest=1, largest=1)
    suite, consortium = read_suite(fields), fields.digest()
    epochs = fields.list(read_epoch_change, 1_000)
    header, finalization = read_header(fields), read_finalization(fields)
    consistency, _ = fields.sequence()
    nodes = consistency.list(Reader.digest, 63)
    consistency.end()
    known = read_journal_proof(fields) if fields.has_more() else None
    fields.end()
    return Step(suite, consortium, epochs, header, finalization, nodes, known)

"""What docs/formats.md has checked: receipts, chains of validator sets, steps of a light client."""

import datetime
from dataclasses import dataclass

from .certificates import check_authorities, check_member
from .der import OCTET_STRING, SEQUENCE, encode, require
from .structures import (
    EntrySubject,
    EpochValidators,
    Genesis,
    ListSubject,
    TransactionSubject,
    counted,
    read_genesis,
    read_receipt,
    read_step,
    read_trusted,
)
from .trees import (
    NONE,
    check_absence,
    check_consistency,
    check_presence,
    encode_number,
    encode_trail_head,
    head_after,
    root,
)


@dataclass
class Consortium:
    """A genesis that was checked, with its validators."""

    genesis: Genesis
    channel: bytes
    first: "ValidatorSet"

    @property
    def suite(self):
        return self.genesis.suite


@dataclass
class ValidatorSet:
    statement: EpochValidators
    members: list
    authenticated_at: int


@dataclass
class Known:
    """What is trusted: a set, and the latest header that is known to be final, of its epoch."""

    validators: ValidatorSet
    header: object


def check_genesis(octets):
    genesis = read_genesis(octets)
    require(len({entry.name for entry in genesis.departments}) == len(genesis.departments), "a department stands twice")
    for department in genesis.departments:
        check_authorities(genesis, department)
    statement = EpochValidators(b"", 0, 1, genesis.certificates)
    first = ValidatorSet(statement, check_validators(genesis, statement, genesis.created_at), genesis.created_at)
    return Consortium(genesis, genesis.channel_identifier, first)


def check_validators(genesis, statement, time):
    members = []
    for number, certificate in enumerate(statement.certificates):
        what = f"the certificate of validator {number} of epoch {statement.epoch}"
        member = check_member(genesis, certificate, time, what)
        require(member.role == "validator", f"{member} is no validator by its role")
        members.append(member)
    require(len({str(member) for member in members}) == len(members), "a validator stands twice")
    require(len({member.key_identifier for member in members}) == len(members), "two validators have one key")
    return members


def check_identity(consortium, structure, what):
    require(structure.suite is consortium.suite, f"{what} is of another suite")
    require(structure.consortium == consortium.genesis.consortium_identifier, f"{what} is of another consortium")


# ----------------------------------------------------------------------------------------------------------------------
# Epochs


def check_header(consortium, header, statement):
    require(header.channel == consortium.channel, f"block {header.height} is of another channel")
    require(header.epoch == statement.epoch, f"block {header.height} is of another epoch than its validators")
    require(header.height >= statement.first_height, f"block {header.height} is below the first of its epoch")
    require(header.executed_height < header.height, f"block {header.height} states its own results")


def check_seal(consortium, header, seal, members):
    """The members who have signed that the header is final."""
    require(seal.channel == consortium.channel, "the finalization is of another channel")
    require(seal.kind == 2, "the certificate is no finalization")
    require(seal.block == consortium.suite.digest(header.der), "the finalization is of another block")
    # A block that was proposed again in a later view of its epoch is final by a vote of that view.
    require(seal.epoch == header.epoch, "the finalization is of another epoch")
    require(seal.view >= header.view, "the finalization is of a view before the block was proposed")
    require(len(seal.signers) == len(members), "the finalization is of another number of validators")
    quorum = len(members) - (len(members) - 1) // 3
    signers = [member for member, has_signed in zip(members, seal.signers) if has_signed]
    require(len(signers) >= quorum, f"{len(signers)} validators have signed, and {quorum} are needed")
    statement = consortium.suite.digest(seal.statement)
    for member, signature in zip(signers, seal.signatures):
        member.require_signed(signature, "zhenglian vote 1", statement, f"the signature of {member}")
    return signers


def entry_of_epoch(epoch):
    """DER StateName of the entry that names an epoch's validators."""
    name = b"epoch\x00" + epoch.to_bytes(8, "big")
    return encode(SEQUENCE, encode(0x0C, b"membership") + encode(OCTET_STRING, name))


def check_epochs(consortium, start, changes):
    """The set to which the changes lead from a set that is trusted."""
    current = start
    for change in changes:
        header, following = change.header, change.validators
        check_header(consortium, header, current.statement)
        require(following.epoch == current.statement.epoch + 1, "an epoch does not follow the one before")
        require(header.height < following.first_height, "an epoch is named after it has begun")
        check_presence(consortium.suite, change.proof, entry_of_epoch(following.epoch), following.der, header)
        check_seal(consortium, header, change.finalization, current.members)
        members = check_validators(consortium.genesis, following, header.timestamp)
        current = ValidatorSet(following, members, header.timestamp)
    return current


def check_trusted(consortium, octets):
    trusted = read_trusted(octets)
    check_identity(consortium, trusted, "what is trusted")
    header, statement = trusted.header, trusted.validators
    require(header.channel == consortium.channel, "the trusted header is of another channel")
    is_of_set = header.epoch == statement.epoch and header.height >= statement.first_height
    require(is_of_set, "the trusted header is not of the trusted set's epoch")
    require(statement.epoch > 0 or is_same_set(statement, consortium.first.statement), "the trusted set is another")
    members = check_validators(consortium.genesis, statement, trusted.authenticated_at)
    return Known(ValidatorSet(statement, members, trusted.authenticated_at), header)


def is_same_set(first, second):
    def fields(statement):
        return statement.epoch, statement.first_height, statement.certificates

    return fields(first) == fields(second)


def check_agreement(known, header):
    """Whether a header can be final together with what is known."""
    statement = known.validators.statement
    if header.epoch < statement.epoch:
        require(header.height < statement.first_height, f"block {header.height} is of an epoch that was over: a fork")
    if header.epoch > statement.epoch:
        require(header.height > known.header.height, f"block {header.height} is of a later epoch: a fork")
    if header.height == known.header.height:
        require(header.der == known.header.der, f"two blocks of height {header.height} are final: a fork")


# ----------------------------------------------------------------------------------------------------------------------
# Receipts


def check_journal(suite, leaf, height, path, sealing):
    require(height >= 1, "the block is the genesis")
    require(path.index == height - 1, "the path of the block is that of another height")
    require(path.size == sealing.executed_height, "the path of the block is of another journal")
    found = root(suite, path, leaf)
    require(found == sealing.journal_root, "the path of the block does not lead to the journal's root")


def check_transaction(consortium, subject, sealing):
    suite, transaction, outcome, header = consortium.suite, subject.transaction, subject.outcome, subject.header
    require({transaction.channel, header.channel} == {consortium.channel}, "the transaction is of another channel")
    identifier = suite.digest(transaction.body)
    submitter = check_member(
        consortium.genesis, subject.certificate, header.timestamp, "the submitter's certificate"
    )
    require(submitter.key_identifier == transaction.submitter, "the certificate is not of the transaction's submitter")
    what = "the transaction's signature"
    submitter.require_signed(transaction.signature, "zhenglian transaction 1", identifier, what)

    found = root(suite, subject.transaction_path, transaction.der)
    require(found == header.transactions_root, "the path of the transaction does not lead to the block's root")
    require(outcome.transaction == identifier, "the outcome is of another transaction")
    require(outcome.height == header.height, "the outcome is of another height")
    places = {outcome.index, subject.transaction_path.index, subject.outcome_path.index}
    require(len(places) == 1, "transaction and outcome do not have the same place")
    is_same_size = subject.transaction_path.size == subject.outcome_path.size
    require(is_same_size, "the two trees are not of the same size")
    require(header.height <= transaction.last_valid_height, "the block is above the transaction's last height")

    leaf = encode_number(header.height)
    for part in (suite.digest(header.der), header.transactions_root, root(suite, subject.outcome_path, outcome.der)):
        leaf += encode(OCTET_STRING, part)
    check_journal(suite, encode(SEQUENCE, leaf), header.height, subject.journal_path, sealing)
    return [
        f"transaction  {identifier.hex()}",
        f"calls        {counted(transaction.calls)}",
        f"submitter    {submitter}",
        f"block        height {header.height}, {text_of(header.timestamp)}",
        f"outcome      {outcome.status}",
    ]


def check_entry(consortium, subject, sealing):
    check_presence(consortium.suite, subject.proof, subject.name.der, subject.value, sealing)
    return [f"entry        {subject.name}", f"value        {subject.value.hex() or 'no octets'}", as_of(sealing)]


def check_missing_entry(consortium, subject, sealing):
    check_absence(consortium.suite, subject.proof, subject.name.der, sealing)
    is_removed = subject.proof.leaf.key == consortium.suite.digest(subject.name.der)
    reason = f"removed at height {subject.proof.leaf.height}" if is_removed else "never written"
    return [f"no entry     {subject.name}", f"because      {reason}", as_of(sealing)]


def check_list(consortium, subject, sealing):
    preceding = subject.preceding
    require(preceding.count > 0 or preceding.chain == NONE, "something precedes the first element")
    head = head_after(consortium.suite, preceding, subject.elements)
    if head.count == 0:
        check_absence(consortium.suite, subject.proof, subject.name.der, sealing)
    else:
        check_presence(consortium.suite, subject.proof, subject.name.der, encode_trail_head(head), sealing)
    return [
        f"list         {subject.name}",
        f"elements     {head.count} in all, of which the last {len(subject.elements)} are here",
        as_of(sealing),
    ]


def as_of(sealing):
    return f"as of        height {sealing.executed_height}"


def text_of(milliseconds):
    seconds = milliseconds // 1_000
    try:
        return f"{datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return f"{milliseconds} ms after 1970"


def check_subject(consortium, subject, sealing):
    if isinstance(subject, TransactionSubject):
        return check_transaction(consortium, subject, sealing)
    if isinstance(subject, EntrySubject):
        return check_entry(consortium, subject, sealing)
    if isinstance(subject, ListSubject):
        return check_list(consortium, subject, sealing)
    return check_missing_entry(consortium, subject, sealing)


def verify(genesis_octets, receipt_octets, trusted_octets=None):
    """What a receipt establishes, as lines of text; Refused where it does not hold."""
    consortium = check_genesis(genesis_octets)
    known = None if trusted_octets is None else check_trusted(consortium, trusted_octets)
    receipt = read_receipt(receipt_octets)
    check_identity(consortium, receipt, "the receipt")
    sealing = receipt.sealing
    findings = check_subject(consortium, receipt.subject, sealing)

    first = receipt.epochs[0].header.epoch if receipt.epochs else sealing.epoch
    if known and known.validators.statement.epoch == first:
        start = known.validators
    else:
        require(first == 0, f"the receipt begins with the validators of epoch {first}, which are not known")
        start = consortium.first
    current = check_epochs(consortium, start, receipt.epochs)
    check_header(consortium, sealing, current.statement)
    signers = check_seal(consortium, sealing, receipt.finalization, current.members)
    if known:
        for header in [change.header for change in receipt.epochs] + [sealing]:
            check_agreement(known, header)
        for change in receipt.epochs:
            statement = known.validators.statement
            is_other = change.validators.epoch == statement.epoch and not is_same_set(change.validators, statement)
            require(not is_other, f"the validators of epoch {statement.epoch} are others than are trusted: a fork")
    return [
        f"consortium   {consortium.genesis.consortium} ({receipt.consortium.hex()})",
        f"channel      {consortium.genesis.channel}",
        *findings,
        f"sealed       height {sealing.height}, epoch {sealing.epoch}, by {', '.join(map(str, signers))}",
    ]


# ----------------------------------------------------------------------------------------------------------------------
# The light client


class LightClient:
    """What is known of a channel: a set of validators and, after the first step, a final header."""

    def __init__(self, genesis_octets, trusted_octets=None):
        self.consortium = check_genesis(genesis_octets)
        if trusted_octets is None:
            self.validators, self.header = self.consortium.first, None
        else:
            known = check_trusted(self.consortium, trusted_octets)
            self.validators, self.header = known.validators, known.header

    def advance(self, octets):
        """Takes a step, or changes nothing: Refused."""
        suite, step, known = self.consortium.suite, read_step(octets), self.header
        check_identity(self.consortium, step, "the step")
        header = step.header
        require(known is None or header.height > known.height, f"block {header.height} is not above what is known")
        current = check_epochs(self.consortium, self.validators, step.epochs)
        check_header(self.consortium, header, current.statement)
        check_seal(self.consortium, header, step.finalization, current.members)

        size, journal = (known.executed_height, known.journal_root) if known else (0, suite.digest(b""))
        check_consistency(suite, step.consistency, size, journal, header.executed_height, header.journal_root)
        if known and header.executed_height >= known.height:
            require(step.known is not None, "the step does not prove the block that is known")
            require(step.known.height == known.height, "the step proves another block than the one that is known")
            check_journal(suite, step.known.leaf, known.height, step.known.path, header)
            is_same = step.known.header == suite.digest(known.der)
            require(is_same, f"block {header.height} stands on another block {known.height}: a fork")
        else:
            require(step.known is None, "the step proves a block that nobody has asked about")
        if known:
            for other in [change.header for change in step.epochs] + [header]:
                check_agreement(Known(self.validators, known), other)
        self.validators, self.header = current, header

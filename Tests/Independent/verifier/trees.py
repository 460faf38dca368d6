"""Merkle trees (RFC 9162, section 2.1), the state and its trails, as docs/formats.md has them."""

from .der import INTEGER, OCTET_STRING, SEQUENCE, encode, require
from .structures import Path, TrailHead

ENTRIES = 256
NONE = bytes(32)


def encode_number(value):
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def root_of(suite, path, leaf_digest):
    """Section 2.1.3.2."""
    first, second, result = path.index, path.size - 1, leaf_digest
    for sibling in path.siblings:
        require(second != 0, "a Merkle path is too long")
        if first % 2 == 1 or first == second:
            result = suite.digest(b"\x01" + sibling + result)
            while first % 2 == 0 and first != 0:
                first, second = first // 2, second // 2
        else:
            result = suite.digest(b"\x01" + result + sibling)
        first, second = first // 2, second // 2
    require(second == 0, "a Merkle path is too short")
    return result


def root(suite, path, leaf):
    return root_of(suite, path, suite.digest(b"\x00" + leaf))


def check_consistency(suite, nodes, first, first_root, second, second_root):
    """Section 2.1.4.2: whether the list of 'second' leaves begins with those of the list of 'first' leaves."""
    require(first <= second, "the list has become shorter")
    if first in (0, second):
        expected = suite.digest(b"") if first == 0 else second_root
        require(not nodes and first_root == expected, "the list does not begin with what was known of it")
        return
    index, last, nodes = first - 1, second - 1, list(nodes)
    while index % 2 == 1:
        index, last = index // 2, last // 2
    if index == 0:
        start = first_root
    else:
        require(nodes, "the proof of consistency has no nodes")
        start = nodes.pop(0)
    first_found = second_found = start
    for node in nodes:
        require(last != 0, "the proof of consistency is too long")
        if index % 2 == 1 or index == last:
            first_found = suite.digest(b"\x01" + node + first_found)
            second_found = suite.digest(b"\x01" + node + second_found)
            while index % 2 == 0 and index != 0:
                index, last = index // 2, last // 2
        else:
            second_found = suite.digest(b"\x01" + second_found + node)
        index, last = index // 2, last // 2
    require(last == 0, "the proof of consistency is too short")
    holds = first_found == first_root and second_found == second_root
    require(holds, "the list does not begin with what was known of it")


def state_root(suite, proof):
    path = proof.path
    twig, index = divmod(path.position, ENTRIES)
    size = min(ENTRIES, path.size - ENTRIES * twig)
    entries_root = root(suite, Path(size, index, path.entry_siblings), proof.leaf.der)
    twig_digest = suite.digest(b"\x02" + entries_root + path.activity)
    twigs = Path((path.size + ENTRIES - 1) // ENTRIES, twig, path.twig_siblings)
    commitment = encode_number(path.size) + encode(OCTET_STRING, root_of(suite, twigs, twig_digest))
    return suite.digest(encode(SEQUENCE, commitment))


def check_state(suite, proof, executed):
    """Whether the leaf is the newest entry of its key in the state that a header states."""
    index = proof.path.position % ENTRIES
    require(proof.path.activity[index // 8] & 0x80 >> index % 8, "the entry of the state is superseded")
    require(state_root(suite, proof) == executed.state_root, "the path of the entry does not lead to the state's root")
    require(proof.leaf.height <= executed.executed_height, "the entry is of a later height than the state")


def check_presence(suite, proof, name, value, executed):
    require(proof.leaf.key == suite.digest(name), "the entry of the state is another's")
    require(proof.leaf.value == suite.digest(value), "the entry of the state has another value")
    check_state(suite, proof, executed)


def check_absence(suite, proof, name, executed):
    leaf, key = proof.leaf, suite.digest(name)
    if leaf.key == key:
        require(leaf.value == NONE, "the entry is there")
    else:
        is_between = leaf.key < key and (leaf.next == NONE or key < leaf.next)
        require(is_between, "the entry of the state leaves room for the one that is said not to be there")
    check_state(suite, proof, executed)


def head_after(suite, head, elements):
    for element in elements:
        link = encode(OCTET_STRING, head.chain) + encode(OCTET_STRING, element)
        head = TrailHead(head.count + 1, suite.digest(encode(SEQUENCE, link)))
    return head


def encode_trail_head(head):
    return encode(SEQUENCE, encode_number(head.count) + encode(OCTET_STRING, head.chain))

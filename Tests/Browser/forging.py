"""Forgeries that keep the structure of DER: parts left out, doubled, exchanged or put in another's place, lengths put right."""

import copy

CONSTRUCTED = 0x20


def parse(octets):
    """A list of [tag, content], where content is octets or, of what is constructed, such a list."""
    nodes, position = [], 0
    while position < len(octets):
        tag, length = octets[position], octets[position + 1]
        position += 2
        if length >= 0x80:
            count = length - 0x80
            length = int.from_bytes(octets[position : position + count], "big")
            position += count
        content = octets[position : position + length]
        nodes.append([tag, parse(content) if tag & CONSTRUCTED else content])
        position += length
    return nodes


def encode(nodes):
    result = b""
    for tag, content in nodes:
        octets = encode(content) if isinstance(content, list) else content
        length = len(octets)
        head = bytes([length]) if length < 0x80 else b""
        if not head:
            size = length.to_bytes((length.bit_length() + 7) // 8, "big")
            head = bytes([0x80 + len(size)]) + size
        result += bytes([tag]) + head + octets
    return result


def places(nodes):
    """Every element with the list that it is in and its index there."""
    for index, (_, content) in enumerate(nodes):
        yield nodes, index
        if isinstance(content, list):
            yield from places(content)


def changed_number(content, generator):
    value = int.from_bytes(content, "big", signed=True) + generator.choice([-1, 1, 2, 1 << 32])
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def leave_out(found, generator):
    siblings, index = generator.choice(found)
    del siblings[index]


def double(found, generator):
    siblings, index = generator.choice(found)
    siblings.insert(index, copy.deepcopy(siblings[index]))


def exchange(found, generator):
    (first, at), (second, there) = generator.sample(found, 2)
    own, other = copy.deepcopy(first[at]), copy.deepcopy(second[there])
    first[at][:], second[there][:] = other, own


def replace(found, generator):
    siblings, index = generator.choice(found)
    alike = [other for others, at in found if (other := others[at])[0] == siblings[index][0]]
    siblings[index] = copy.deepcopy(generator.choice(alike))


def change(found, generator):
    primitive = [siblings[index] for siblings, index in found if isinstance(siblings[index][1], bytes)]
    node = generator.choice(primitive or [[0, b""]])
    if node[0] in (0x02, 0x0A):
        node[1] = changed_number(node[1], generator)
    elif node[1]:
        octets = bytearray(node[1])
        octets[generator.randrange(len(octets))] ^= 1 << generator.randrange(8)
        node[1] = bytes(octets)


def forge(octets, generator):
    """The octets with one to three changes, as different octets."""
    while True:
        nodes = parse(octets)
        for _ in range(generator.randrange(1, 4)):
            found = list(places(nodes))
            # Of a receipt that is left with next to nothing, nothing more is to be learnt.
            if len(found) < 3:
                break
            generator.choice([leave_out, double, exchange, replace, change])(found, generator)
        forged = encode(nodes)
        if forged != octets:
            return forged

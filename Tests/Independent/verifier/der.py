"""DER (X.690), as far as docs/zhenglian.asn1 needs it: one encoding of each value, everything bounded."""

import re

LARGEST = 2**63 - 1
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)
INTEGER, BIT_STRING, OCTET_STRING, ENUMERATED, UTF8_STRING, SEQUENCE = 0x02, 0x03, 0x04, 0x0A, 0x0C, 0x30
CONTEXT = 0xA0


class Refused(Exception):
    """What does not hold, and where."""


def require(condition, message):
    if not condition:
        raise Refused(message)


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

    def skip(self):
        """The whole of the next element, whatever it is."""
        require(self.has_more(), "DER: an element is missing")
        return self.element(self.octets[self.position])[1]

    def tagged(self, number):
        """What is in the explicit context tag that is next."""
        content, _ = self.element(CONTEXT | number)
        return Reader(content)

    def is_tagged(self, number):
        return self.has_more() and self.octets[self.position] == CONTEXT | number

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

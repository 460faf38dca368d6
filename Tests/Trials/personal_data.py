"""Fictitious personal data for cases, and the search for them in files.

Everything is made of a seed. People have numbers of the region 659900, which GB/T 2260 does not have; names, telephones and
addresses are of nobody. The search reads raw bytes: a datum counts as found in UTF-8, in hexadecimal digits and in base64.
"""

import base64
import binascii
import mmap
import os
import random
import re

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "澄曦霁岚骞曜晗翎珩璟昀燊祎煊淼翊婳岑槿沅瑾笙朔霄黛屿芃宥禾汐阡陌"
PLACES = "玉龙云杉胡杨雪莲天池红柳沙枣石榴葡萄戈壁绿洲星河瀚海长风明月"
TRADES = ["商贸", "果业", "物流", "建材", "纺织", "信息技术", "餐饮", "农机"]


class Personal:
    """One case's people and things, and every datum that was made for it."""

    def __init__(self, seed, number):
        self.draw = random.Random(f"{seed} {number}")
        self.number = number
        self.data = []

    def keep(self, text):
        self.data.append(text)
        return text

    def pick(self, characters, count):
        return "".join(self.draw.choice(characters) for _ in range(count))

    def name(self):
        return self.keep(self.pick(SURNAMES, 1) + self.pick(GIVEN, 3))

    def company(self):
        return self.keep(f"{self.pick(PLACES, 4)}{self.pick(GIVEN, 2)}{self.draw.choice(TRADES)}有限公司")

    def address(self):
        return self.keep(f"{self.pick(PLACES, 3)}{self.pick(GIVEN, 2)}路{self.draw.randrange(1, 999)}号{self.draw.randrange(100, 2999)}室")

    def phone(self):
        # 17 and 18 also begin the milliseconds of these years, which stand in every log.
        return self.keep(f"1{self.draw.choice('35')}{self.draw.randrange(10**9):09}")

    def identity(self):
        birth = f"{self.draw.randrange(1950, 2005)}{self.draw.randrange(1, 13):02}{self.draw.randrange(1, 29):02}"
        body = f"659900{birth}{self.draw.randrange(1000):03}"
        weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        return self.keep(body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11])

    def person(self):
        return f"{self.name()}，{self.identity()}，{self.phone()}"

    def datum(self, field):
        """What an applicant gives for a field of a definition."""
        if field == "enterprise-name":
            return self.company()
        if field == "address":
            return self.address()
        if field.endswith("-ref") or field in ("signatures", "bank-consent"):
            return f"实名核验 {self.identity()}"
        if field in ("investors", "directors", "insured-employees"):
            return "；".join(self.person() for _ in range(2))
        if field in ("legal-representative", "liaison", "handling-agent"):
            return self.person()
        return f"{self.keep(self.pick(GIVEN, 6))} {field}"

    def paper(self, name):
        """The text of a paper: a page with people in it."""
        lines = [f"{name} {self.keep(self.pick(GIVEN, 8))}", self.person(), self.address()]
        lines += [self.keep(self.pick(GIVEN + PLACES, 24)) for _ in range(self.draw.randrange(5, 20))]
        return "\n".join(lines)


class Runs:
    """Rows of bytes of a kind, found fast: each byte becomes the letter of its class, and a row of letters is looked for."""

    def __init__(self, pattern, needle, classes):
        self.pattern, self.needle = re.compile(pattern), needle
        table = bytearray(b"." * 256)
        for letter, members in classes.items():
            for member in members:
                table[member] = ord(letter)
        self.table = bytes(table)

    def match(self, data):
        return self.pattern.match(data)

    def of(self, data):
        classes = data.translate(self.table)
        place = classes.find(self.needle)
        while place >= 0:
            run = self.pattern.match(data, place)
            yield run
            place = classes.find(self.needle, run.end())


ENCODED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
# Characters of three bytes in UTF-8, one after the other, and rows of digits: all generated data have one or the other.
CHINESE = Runs(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){3,}", b"LCCLCCLCC", {"L": range(0xE4, 0xEA), "C": range(0x80, 0xC0)})
DIGITS = Runs(rb"[0-9]{11,}[Xx]?", b"D" * 11, {"D": b"0123456789"})
HEXADECIMAL = Runs(rb"[0-9A-Fa-f]{18,}", b"H" * 18, {"H": b"0123456789ABCDEFabcdef"})
BASE64 = Runs(rb"[A-Za-z0-9+/_-]{14,}", b"B" * 14, {"B": ENCODED})
ANCHOR = 9
DIGIT_ANCHOR = 11
# A run that lasts longer than this is looked at in pieces that overlap by more than any datum is long.
WINDOW = 32 << 20
OVERLAP = 4 << 10


class Finder:
    """Finds data in bytes: by an index of how each begins, and then the whole of it."""

    def __init__(self, data):
        self.count = 0
        self.index = {}
        for datum in sorted(set(data)):
            pattern = datum.encode()
            chinese = CHINESE.match(pattern)
            digits = DIGITS.match(pattern)
            if not chinese and not digits:
                raise ValueError("a datum that begins with neither three Chinese characters nor eleven digits cannot be searched for")
            self.index.setdefault(pattern[:ANCHOR if chinese else DIGIT_ANCHOR], []).append(pattern)
            self.count += 1

    def plain(self, data):
        """Data that stand in bytes as they are."""
        found = set()
        for run in CHINESE.of(data):
            for place in range(run.start(), run.end() - ANCHOR + 1, 3):
                self.check(data, place, ANCHOR, found)
        for run in DIGITS.of(data):
            for place in range(run.start(), run.end() - DIGIT_ANCHOR + 1):
                self.check(data, place, DIGIT_ANCHOR, found)
        return found

    def check(self, data, place, length, found):
        for pattern in self.index.get(bytes(data[place:place + length]), ()):
            if data[place:place + len(pattern)] == pattern:
                found.add(pattern)

    def all_forms(self, data):
        """Data that stand in bytes as they are, in hexadecimal digits or in base64, each with its form."""
        found = {("utf-8", pattern) for pattern in self.plain(data)}
        for run in HEXADECIMAL.of(data):
            text = run.group()
            for start in (0, 1):
                digits = text[start:]
                found |= {("hexadecimal", pattern) for pattern in self.plain(binascii.unhexlify(digits[:len(digits) // 2 * 2]))}
        for run in BASE64.of(data):
            # Of both alphabets, at each of four alignments: what is encoded may stand in the middle of a run.
            text = run.group().replace(b"-", b"+").replace(b"_", b"/")
            for start in range(4):
                part = text[start:]
                found |= {("base64", pattern) for pattern in self.plain(base64.b64decode(part[:len(part) // 4 * 4]))}
        return found

    def file(self, path):
        """Data that stand in a file."""
        found = set()
        size = os.path.getsize(path)
        if size == 0:
            return found
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for start in range(0, size, WINDOW):
                found |= self.all_forms(data[start:start + WINDOW + OVERLAP])
        return found


def forms(datum):
    """The bytes by which each form is planted, to see that it is found."""
    pattern = datum.encode()
    return {
        "utf-8": pattern, "hexadecimal": binascii.hexlify(b"\x01" + pattern), "base64": base64.b64encode(b"\x01" + pattern + b"\x02\x03"),
    }

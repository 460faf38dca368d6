"""The octets that docs/formats.md and docs/wire.md show are real: every digest in them is that of what stands before it."""

import hashlib
import pathlib
import re
import unittest

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
OCTETS = re.compile(r"^    ((?:[0-9A-F]{2} )*[0-9A-F]{2})(?:  .*)?$")
DIGEST = re.compile(r"^    digest = ([0-9a-f]{64})$")


def examples(text):
    """Pairs of octets and the digest that is said of them."""
    octets = b""
    for line in text.splitlines():
        if match := OCTETS.match(line):
            octets += bytes.fromhex(match[1])
        elif match := DIGEST.match(line):
            yield octets, match[1]
            octets = b""
        else:
            octets = b""


class Documentation(unittest.TestCase):
    def test_every_digest_is_that_of_the_octets_before_it(self):
        text = (DOCS / "formats.md").read_text(encoding="utf-8")
        found = list(examples(text))
        self.assertGreaterEqual(len(found), 15)
        self.assertEqual(len(found), text.count("digest = "))
        for octets, digest in found:
            with self.subTest(octets.hex()):
                self.assertEqual(hashlib.sha256(octets).hexdigest(), digest)

    def test_later_examples_stand_on_earlier_ones(self):
        # A node or a twig that is made of digests which nothing on the page leads to explains nothing.
        found = dict(examples((DOCS / "formats.md").read_text(encoding="utf-8")))
        digests = set(found.values())
        twig = next(octets for octets in found if octets[0] == 2)
        self.assertIn(twig[1:33].hex(), digests)
        self.assertTrue(any(bytes.fromhex(found[twig]) in octets for octets in found))


unittest.main()

"""docs/zhenglian.asn1 is ASN.1, and whatever this project encodes is a value of its types: no more, no less.

The module is compiled by asn1tools, which knows nothing of this project. Every vector has to decode by it within its
bounds and to encode to the same octets, and every type has to have a vector.
"""

import hashlib
import pathlib
import re
import unittest

import asn1tools

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = (ROOT / "docs" / "zhenglian.asn1").read_text(encoding="utf-8")
VECTORS = ROOT / "docs" / "vectors"
FIXED_TEXTS = re.compile(r'UTF8String \(("[^"]*"(?:\s*\|\s*"[^"]*")*)\)')
OUTCOME = re.compile(r"^Outcome ::= SEQUENCE \{.*?^\}", re.DOTALL | re.MULTILINE)


def compiled(outcome):
    """The module, with an Outcome that is always one of its two forms (see there), so that nothing stays undecoded."""
    # asn1tools has no values of text in constraints: test_signing_purposes looks at them.
    text, found = OUTCOME.subn(f"Outcome ::= {outcome}", FIXED_TEXTS.sub("UTF8String", MODULE))
    assert found == 1, "the module defines Outcome once"
    return asn1tools.compile_string(text, "der")


FORMS = {form: compiled(form) for form in ("AppliedOutcome", "RejectedOutcome")}


def vectors():
    for file in sorted(VECTORS.glob("structures*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                name, digest, octets = line.split(" ")
                yield name, digest, bytes.fromhex(octets)


def decoded(kind, octets):
    """The value in the one form of the module that it has; ValueError where it has none."""
    failures = []
    for form in FORMS.values():
        try:
            value = form.decode(kind, octets, check_constraints=True)
            if form.encode(kind, value, check_constraints=True) == octets:
                return value
            failures.append("another encoding")
        except (asn1tools.DecodeError, asn1tools.EncodeError, asn1tools.ConstraintsError) as error:
            failures.append(f"{type(error).__name__}: {error}")
    raise ValueError(f"no {kind}: {'; '.join(failures)}")


class Module(unittest.TestCase):
    def test_every_vector_is_a_value_of_its_type(self):
        count = 0
        for name, digest, octets in vectors():
            count += 1
            with self.subTest(name):
                self.assertEqual(hashlib.sha256(octets).hexdigest(), digest)
                decoded(name.split("-")[0], octets)
        self.assertGreater(count, 60)

    def test_every_structure_has_a_vector(self):
        names = {name.split("-")[0] for name, _, _ in vectors()}
        # An Outcome is one of the two that only have names of their own, and a subject stands in a receipt.
        names |= {"AppliedOutcome", "RejectedOutcome", "ReceiptSubject"}
        defined = set(re.findall(r"^(\w+)\s*::= (?:SEQUENCE|CHOICE) \{", MODULE, re.MULTILINE))
        self.assertGreater(len(defined), 50)
        self.assertEqual(defined - names, set(), "structures without a vector")
        self.assertEqual(names - defined, set(), "vectors of no structure")

    def test_both_forms_of_an_outcome_are_met(self):
        found = {name for name, _, octets in vectors() if name.startswith("Outcome-")}
        self.assertEqual(found, {"Outcome-applied", "Outcome-rejected"})
        for name, kind, other in (
            ("Outcome-applied", "AppliedOutcome", "RejectedOutcome"),
            ("Outcome-rejected", "RejectedOutcome", "AppliedOutcome"),
        ):
            octets = next(octets for found, _, octets in vectors() if found == name)
            decoded(kind, octets)
            with self.assertRaises(ValueError):
                decoded(other, octets)

    def test_files_are_values_of_the_module(self):
        receipts = ROOT / "Tests" / "Vectors" / "receipts"
        decoded("GenesisDocument", (VECTORS / "genesis.der").read_bytes())
        decoded("GenesisDocument", (receipts / "genesis.der").read_bytes())
        decoded("Receipt", (VECTORS / "receipt.der").read_bytes())
        proofs = ROOT / "Tests" / "Vectors" / "proofs"
        decoded("TrustedValidators", (proofs / "trusted.der").read_bytes())
        national = ROOT / "Tests" / "Vectors" / "national"
        decoded("GenesisDocument", (national / "genesis.der").read_bytes())
        for kind, files in (
            ("Receipt", [file for folder in (receipts, proofs, national) for file in folder.glob("*valid-*.receipt")]),
            ("LightClientStep", [*proofs.glob("*valid-*.step")]),
        ):
            self.assertGreaterEqual(len(files), 5)
            for file in files:
                with self.subTest(file.name):
                    decoded(kind, file.read_bytes())

    def test_signing_purposes(self):
        alternatives = [found for found in FIXED_TEXTS.findall(MODULE) if "zhenglian transaction" in found]
        self.assertEqual(len(alternatives), 1)
        purposes = set(re.findall(r'"([^"]*)"', alternatives[0]))
        met = {decoded("SigningInput", octets)["purpose"] for name, _, octets in vectors() if "SigningInput" in name}
        self.assertEqual(met, purposes)

    def test_the_check_can_fail(self):
        _, _, octets = next(vector for vector in vectors() if vector[0] == "BlockHeader")
        self.assertEqual(octets[:2], b"\x30\x81")
        longer_length = b"\x30\x82\x00" + octets[2:]
        for changed in (octets + b"\x00", octets[:-1], longer_length, b"\x31" + octets[1:]):
            with self.assertRaises(ValueError):
                decoded("BlockHeader", changed)
        port = bytes.fromhex("3008 040130 0c00 0201")
        decoded("GenesisValidator", port + b"\x01")
        with self.assertRaises(ValueError):
            decoded("GenesisValidator", port + b"\x00")


unittest.main()

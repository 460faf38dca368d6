"""verify_receipt.py holds what Zhenglian's own code holds: every file of Tests/Vectors, sound or forged.

The Swift tests ReceiptVectorTests and ProofVectorTests check the same files, and make them.
"""

import functools
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from cryptography import x509

from verifier import certificates, checks, sm2, suites
from verifier.der import Refused

HERE = pathlib.Path(__file__).resolve().parent
RECEIPTS = HERE.parent / "Vectors" / "receipts"
PROOFS = HERE.parent / "Vectors" / "proofs"
NATIONAL = HERE.parent / "Vectors" / "national"
DOCUMENTED = HERE.parents[1] / "docs" / "vectors"

# The genesis files are the same each time.
CHECKED = functools.lru_cache(checks.check_genesis)


def setUpModule():
    if not shutil.which("openssl"):
        raise AssertionError("there is no 'openssl' on the PATH, and this test needs one")


def run(*words):
    command = [sys.executable, str(HERE / "verify_receipt.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def octets(path):
    return path.read_bytes()


class Cached(unittest.TestCase):
    """Tests that check the genesis file once."""

    def setUp(self):
        patch = mock.patch.object(checks, "check_genesis", CHECKED)
        patch.start()
        self.addCleanup(patch.stop)

    def verdicts(self, folder, pattern, at_least, trusted=None):
        files = sorted(folder.glob(pattern))
        self.assertGreaterEqual(len(files), at_least)
        genesis = octets(folder / "genesis.der")
        for file in files:
            with self.subTest(file.name):
                yield functools.partial(checks.verify, genesis, octets(file), trusted)


class Receipts(Cached):
    def test_sound_receipts_hold(self):
        for verify in self.verdicts(RECEIPTS, "valid-*.receipt", 5):
            self.assertIn("submitter    department-0/client/alice", verify())

    def test_forged_receipts_are_refused(self):
        for verify in self.verdicts(RECEIPTS, "forged-*.receipt", 40):
            self.assertRaises(Refused, verify)

    def test_sound_proofs_hold(self):
        for verify in self.verdicts(PROOFS, "valid-*.receipt", 15):
            verify()

    def test_forged_proofs_are_refused(self):
        for verify in self.verdicts(PROOFS, "forged-*.receipt", 70):
            self.assertRaises(Refused, verify)

    def test_receipts_of_the_national_suite_are_what_they_are(self):
        for verify in self.verdicts(NATIONAL, "valid-*.receipt", 2):
            verify()
        for verify in self.verdicts(NATIONAL, "forged-*.receipt", 7):
            self.assertRaises(Refused, verify)

    def test_what_is_trusted_is_begun_with(self):
        trusted = octets(PROOFS / "trusted.der")
        for verify in self.verdicts(PROOFS, "trusting-valid-*.receipt", 4, trusted):
            verify()
        for verify in self.verdicts(PROOFS, "trusting-forged-*.receipt", 5, trusted):
            self.assertRaises(Refused, verify)

    def test_receipts_of_a_later_epoch_need_their_way_or_trust(self):
        genesis, receipt = octets(PROOFS / "genesis.der"), octets(PROOFS / "trusting-valid-epoch-1.receipt")
        self.assertRaises(Refused, checks.verify, genesis, receipt)

    def test_what_was_found_is_said(self):
        for name, line in (
            ("valid-entry", "value        ff"),
            ("valid-absence-removed", "because      removed at height 2"),
            ("valid-absence-between", "because      never written"),
            ("valid-list", "elements     3 in all, of which the last 3 are here"),
            ("valid-list-from-a-place", "elements     3 in all, of which the last 1 are here"),
            ("valid-list-empty", "elements     0 in all, of which the last 0 are here"),
        ):
            lines = checks.verify(octets(PROOFS / "genesis.der"), octets(PROOFS / f"{name}.receipt"))
            self.assertIn(line, lines)
            self.assertIn("as of        height 3", lines)

    def test_no_octet_can_be_changed(self):
        generator = random.Random(1)
        for folder, name in (
            (RECEIPTS, "valid-height-3-transaction-1"),
            (PROOFS, "valid-absence-between"),
            (PROOFS, "valid-list"),
        ):
            genesis, receipt = octets(folder / "genesis.der"), octets(folder / f"{name}.receipt")
            for position in range(0, len(receipt), 3):
                changed = bytearray(receipt)
                changed[position] ^= 1 << generator.randrange(8)
                with self.subTest(name, position=position), self.assertRaises(Refused):
                    checks.verify(genesis, bytes(changed))
            for length in range(0, len(receipt), 17):
                with self.subTest(name, length=length), self.assertRaises(Refused):
                    checks.verify(genesis, receipt[:length])


class Steps(Cached):
    def test_steps_lead_on_and_forged_ones_nowhere(self):
        client = checks.LightClient(octets(PROOFS / "genesis.der"))
        sound = sorted(PROOFS.glob("valid-*.step"))
        forged = sorted(PROOFS.glob("forged-*.step"))
        self.assertGreaterEqual(len(sound), 5)
        tried = []
        for number, file in enumerate(sound, 1):
            for other in forged:
                if other.name.startswith(f"forged-{number}-"):
                    tried.append(other)
                    before = client.validators, client.header
                    with self.subTest(other.name), self.assertRaises(Refused):
                        client.advance(octets(other))
                    self.assertEqual((client.validators, client.header), before)
            client.advance(octets(file))
        self.assertEqual(tried, forged)
        self.assertEqual(client.header.height, 14)

    def test_steps_lead_on_from_what_is_trusted(self):
        genesis, trusted = octets(PROOFS / "genesis.der"), octets(PROOFS / "trusted.der")
        for file in sorted(PROOFS.glob("trusting-valid-*.step")):
            checks.LightClient(genesis, trusted).advance(octets(file))
        for file in sorted(PROOFS.glob("trusting-forged-*.step")):
            with self.subTest(file.name), self.assertRaises(Refused):
                checks.LightClient(genesis, trusted).advance(octets(file))


class Genesis(unittest.TestCase):
    def test_a_changed_genesis_is_refused(self):
        genesis = octets(RECEIPTS / "genesis.der")
        receipt = octets(RECEIPTS / "valid-height-3-transaction-1.receipt")
        generator = random.Random(2)
        for position in range(0, len(genesis), 149):
            changed = bytearray(genesis)
            changed[position] ^= 1 << generator.randrange(8)
            with self.subTest(position=position), self.assertRaises(Refused):
                checks.verify(bytes(changed), receipt)

    def test_serial_numbers_are_short_enough(self):
        # RFC 5280, section 4.1.2.2: at most 20 octets, that of the sign included.
        for file in (DOCUMENTED, RECEIPTS, PROOFS):
            genesis = checks.read_genesis(octets(file / "genesis.der"))
            for certificate in [entry.authority for entry in genesis.departments] + genesis.certificates:
                serial = x509.load_der_x509_certificate(certificate).serial_number
                self.assertLess(serial.bit_length(), 160)


class Command(unittest.TestCase):
    def test_the_receipt_of_the_documentation_holds(self):
        found = run(DOCUMENTED / "genesis.der", DOCUMENTED / "receipt.der")
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("submitter    department-0/client/alice\n", found.stdout)

    def test_the_command_says_what_it_found(self):
        sound = run(RECEIPTS / "genesis.der", RECEIPTS / "valid-rejected.receipt")
        self.assertEqual(sound.returncode, 0, sound.stderr)
        self.assertIn("outcome      rejected: refused: ", sound.stdout)
        self.assertIn("sealed       height 2, epoch 0, by department-0/validator/node, ", sound.stdout)
        forged = run(RECEIPTS / "genesis.der", RECEIPTS / "forged-outcome-changed.receipt")
        self.assertEqual(forged.returncode, 1)
        self.assertEqual(forged.stdout, "refused: the path of the block does not lead to the journal's root\n")
        self.assertEqual(run(RECEIPTS / "genesis.der").returncode, 2)
        self.assertEqual(run(RECEIPTS / "genesis.der", RECEIPTS / "none.receipt").returncode, 3)

    def test_the_command_takes_what_is_trusted_and_steps(self):
        genesis, trusted = PROOFS / "genesis.der", PROOFS / "trusted.der"
        found = run("--trusted", trusted, genesis, PROOFS / "trusting-valid-epoch-2.receipt")
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        found = run("--steps", genesis, *sorted(PROOFS.glob("valid-*.step")))
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("final        height 14, epoch 2, 2026-01-01T00:00:14Z\n", found.stdout)
        self.assertEqual(run("--steps", genesis, PROOFS / "valid-2.step").returncode, 1)


class NationalSuite(unittest.TestCase):
    """SM2 and SM3: the standards' examples, and what the program openssl makes."""

    def openssl(self, *words, data=None):
        return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout

    def test_the_examples_of_the_standards_hold(self):
        # GB/T 32905, Annex A.1, and GM/T 0003.5, Annex A.
        digest = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        self.assertEqual(suites.SM.digest(b"abc").hex(), digest)
        point = (
            0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
            0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
        )
        r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
        s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
        self.assertTrue(sm2.is_valid(suites.SM.digest, point, r, s, b"message digest"))
        self.assertFalse(sm2.is_valid(suites.SM.digest, point, r, s, b"message digess"))
        self.assertFalse(sm2.is_valid(suites.SM.digest, point, r, s ^ 1, b"message digest"))
        self.assertFalse(sm2.is_valid(suites.SM.digest, point, r, s + sm2.N, b"message digest"))

    def test_signatures_and_certificates_of_openssl_hold(self):
        with tempfile.TemporaryDirectory() as folder:
            key, certificate, message = (f"{folder}/{name}" for name in ("key.pem", "certificate.pem", "message"))
            self.openssl("genpkey", "-algorithm", "SM2", "-out", key)
            pathlib.Path(message).write_bytes(b"a message")
            identifier = f"distid:{sm2.IDENTIFIER.decode()}"
            public = self.openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
            signature = self.openssl(
                "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", message, "-digest", "sm3", "-pkeyopt", identifier
            )
            point = suites.point_of(suites.SM, public)
            self.assertTrue(suites.SM.is_signed(point, signature, b"a message"))
            self.assertFalse(suites.SM.is_signed(point, signature, b"another message"))
            self.assertFalse(suites.SM.is_signed(point, signature + b"\x00", b"a message"))
            self.assertRaises(Refused, suites.point_of, suites.P256, public)

            self.openssl(
                "req", "-x509", "-new", "-key", key, "-sm3", "-sigopt", identifier, "-subj", "/CN=authority",
                "-out", certificate,
            )  # fmt: skip
            der = self.openssl("x509", "-in", certificate, "-outform", "DER")
            parsed = certificates.load_certificate(der, "the certificate")
            self.assertEqual(parsed.signature_algorithm_oid.dotted_string, suites.SM.signature_algorithm)
            self.assertEqual(certificates.key_of(parsed), public)
            self.assertEqual(certificates.fault_found_by_openssl(suites.SM, der, der), "")
            changed = der[:-1] + bytes([der[-1] ^ 1])
            self.assertNotEqual(certificates.fault_found_by_openssl(suites.SM, changed, der), "")


unittest.main()

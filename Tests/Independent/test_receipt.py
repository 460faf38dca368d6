"""verify_receipt.py holds what Zhenglian's own code holds: every receipt of Tests/Vectors, sound or forged.

The Swift test ReceiptVectorTests checks the same files, and makes them.
"""

import pathlib
import random
import shutil
import subprocess
import sys
import unittest
from unittest import mock

import verify_receipt

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "Vectors" / "receipts"
DOCUMENTED = HERE.parents[1] / "docs" / "vectors"
GENESIS = (VECTORS / "genesis.der").read_bytes()


def run(*arguments):
    command = [sys.executable, str(HERE / "verify_receipt.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Receipts(unittest.TestCase):
    def setUp(self):
        if not shutil.which("openssl"):
            self.fail("there is no 'openssl' on the PATH, and this test needs one")

    def test_sound_receipts_hold(self):
        files = sorted(VECTORS.glob("valid-*.receipt"))
        self.assertGreaterEqual(len(files), 5)
        for file in files:
            with self.subTest(file.name):
                lines = verify_receipt.verify(GENESIS, file.read_bytes())
                self.assertIn("submitter    department-0/client/alice", lines)

    def test_the_receipt_of_the_documentation_holds(self):
        lines = verify_receipt.verify(
            (DOCUMENTED / "genesis.der").read_bytes(), (DOCUMENTED / "receipt.der").read_bytes()
        )
        self.assertIn("submitter    department-0/client/alice", lines)

    def test_forged_receipts_are_refused(self):
        files = sorted(VECTORS.glob("forged-*.receipt"))
        self.assertGreaterEqual(len(files), 40)
        for file in files:
            with self.subTest(file.name), self.assertRaises(verify_receipt.Refused):
                verify_receipt.verify(GENESIS, file.read_bytes())

    def test_no_octet_can_be_changed(self):
        receipt = (VECTORS / "valid-height-3-transaction-1.receipt").read_bytes()
        generator = random.Random(1)
        checked = verify_receipt.check_genesis(GENESIS)
        # The genesis is the same each time, and OpenSSL has its say about the submitter's certificate above.
        with mock.patch.object(verify_receipt, "check_genesis", lambda _: checked):
            for position in range(0, len(receipt), 3):
                changed = bytearray(receipt)
                changed[position] ^= 1 << generator.randrange(8)
                with self.subTest(position=position), self.assertRaises(verify_receipt.Refused):
                    verify_receipt.verify(GENESIS, bytes(changed))
            for length in range(0, len(receipt), 17):
                with self.subTest(length=length), self.assertRaises(verify_receipt.Refused):
                    verify_receipt.verify(GENESIS, receipt[:length])

    def test_a_changed_genesis_is_refused(self):
        receipt = (VECTORS / "valid-height-3-transaction-1.receipt").read_bytes()
        generator = random.Random(2)
        for position in range(0, len(GENESIS), 149):
            changed = bytearray(GENESIS)
            changed[position] ^= 1 << generator.randrange(8)
            with self.subTest(position=position), self.assertRaises(verify_receipt.Refused):
                verify_receipt.verify(bytes(changed), receipt)

    def test_the_command_says_what_it_found(self):
        sound = run(VECTORS / "genesis.der", VECTORS / "valid-rejected.receipt")
        self.assertEqual(sound.returncode, 0, sound.stderr)
        self.assertIn("outcome      rejected: refused: ", sound.stdout)
        self.assertIn("sealed       height 2, by department-0/validator/node, ", sound.stdout)
        forged = run(VECTORS / "genesis.der", VECTORS / "forged-outcome-changed.receipt")
        self.assertEqual(forged.returncode, 1)
        self.assertEqual(forged.stdout, "refused: the path of the block does not lead to the journal's root\n")
        self.assertEqual(run(VECTORS / "genesis.der").returncode, 2)
        self.assertEqual(run(VECTORS / "genesis.der", VECTORS / "none.receipt").returncode, 3)


unittest.main()

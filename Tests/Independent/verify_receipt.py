#!/usr/bin/env python3
"""Checks receipts and steps of a light client against a genesis file, without any of Zhenglian's code.

    verify_receipt.py [--trusted FILE] GENESIS RECEIPT
    verify_receipt.py [--trusted FILE] --steps GENESIS STEP...

It follows docs/zhenglian.asn1 and docs/formats.md and nothing else, with OpenSSL for the signatures of certificates and
Python's 'cryptography' for ECDSA and for taking certificates apart. It prints what is established and exits with 0, or
says what does not hold and exits with 1; 2 is wrong use, 3 a file that cannot be read.
"""

import argparse
import pathlib
import sys

from verifier.checks import LightClient, text_of, verify
from verifier.der import Refused


def arguments(words):
    parser = argparse.ArgumentParser(description="Checks receipts and steps of a light client.")
    parser.add_argument("--trusted", help="a file of trusted validators to begin with")
    parser.add_argument("--steps", action="store_true", help="the files are steps of a light client, in their order")
    parser.add_argument("genesis")
    parser.add_argument("files", nargs="+")
    found = parser.parse_args(words)
    if not found.steps and len(found.files) > 1:
        parser.error("one receipt at a time")
    return found


def established(genesis, trusted, files, are_steps):
    if not are_steps:
        return verify(genesis, files[0], trusted)
    client = LightClient(genesis, trusted)
    lines = []
    for file in files:
        client.advance(file)
        header = client.header
        lines.append(f"final        height {header.height}, epoch {header.epoch}, {text_of(header.timestamp)}")
    return lines


def main(words):
    chosen = arguments(words)
    try:
        genesis = pathlib.Path(chosen.genesis).read_bytes()
        trusted = None if chosen.trusted is None else pathlib.Path(chosen.trusted).read_bytes()
        files = [pathlib.Path(path).read_bytes() for path in chosen.files]
    except OSError as error:
        print(error, file=sys.stderr)
        return 3
    try:
        print("\n".join(established(genesis, trusted, files, chosen.steps)))
    except Refused as refusal:
        print(f"refused: {refusal}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

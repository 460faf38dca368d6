"""The crypto suites: what is hashed with what, and what signs."""

import hashlib
import subprocess

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from . import sm2
from .der import INTEGER, Reader, Refused, require

UNCOMPRESSED = 0x04


def signature_numbers(octets):
    """r and s of SEQUENCE { r INTEGER, s INTEGER }."""
    outer = Reader(octets)
    fields, _ = outer.sequence()
    outer.end()
    numbers = []
    for _ in range(2):
        content, _ = fields.element(INTEGER)
        require(0 < len(content) <= 33 and content[0] < 0x80, "a number of the signature is out of range")
        require(len(content) == 1 or content[0] != 0 or content[1] >= 0x80, "DER: an INTEGER that is not the shortest")
        numbers.append(int.from_bytes(content, "big"))
    fields.end()
    return numbers


class P256:
    """ECDSA on P-256 with SHA-256."""

    name = "p256"
    signature_algorithm = "1.2.840.10045.4.3.2"
    key_prefix = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    verify_options = ()
    # Whether the certificate of a member is that of its connections as well.
    is_for_tls = True

    @staticmethod
    def digest(octets):
        return hashlib.sha256(octets).digest()

    @staticmethod
    def is_signed(point, signature, message):
        try:
            signature_numbers(signature)
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, Refused, ValueError):
            return False
        return True


class SM:
    """SM2 with SM3."""

    name = "sm"
    signature_algorithm = "1.2.156.10197.1.501"
    key_prefix = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
    # The program has no default for the identifier that GM/T 0009 gives everybody.
    is_for_tls = False
    verify_options = ("-vfyopt", f"distid:{sm2.IDENTIFIER.decode()}")

    @staticmethod
    def digest(octets):
        if "sm3" in hashlib.algorithms_available:
            return hashlib.new("sm3", octets).digest()
        command = ["openssl", "dgst", "-sm3", "-binary"]
        return subprocess.run(command, input=octets, capture_output=True, check=True).stdout

    @staticmethod
    def is_signed(point, signature, message):
        try:
            r, s = signature_numbers(signature)
        except Refused:
            return False
        coordinates = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
        return sm2.is_valid(SM.digest, coordinates, r, s, message)


SUITES = {suite.name: suite for suite in (P256, SM)}


def point_of(suite, key):
    """The point in a SubjectPublicKeyInfo: each suite has one form of it, with a named curve and 04, X, Y."""
    prefix = suite.key_prefix
    is_key = len(key) == len(prefix) + 65 and key.startswith(prefix) and key[len(prefix)] == UNCOMPRESSED
    require(is_key, f"the key is none of the suite {suite.name}")
    return key[len(prefix) :]

"""The certificates of members, and the authorities of departments: the profile of docs/formats.md.

OpenSSL checks the signatures of authorities, and 'cryptography' takes certificates apart.
"""

import datetime
import functools
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from .der import LABEL, OCTET_STRING, SEQUENCE, UTF8_STRING, Reader, Refused, encode, require
from .suites import P256, point_of

ROLES = {"validator", "observer", "client", "administrator", "auditor"}


@dataclass
class Member:
    department: str
    role: str
    name: str
    suite: object
    key: bytes

    def __str__(self):
        return f"{self.department}/{self.role}/{self.name}"

    @property
    def key_identifier(self):
        return self.suite.digest(self.key)

    def require_signed(self, signature, purpose, name, what):
        """Whether the signature is the member's, for the purpose, over a structure whose digest is 'name'."""
        signed = encode(SEQUENCE, encode(UTF8_STRING, purpose.encode()) + encode(OCTET_STRING, name))
        require(self.suite.is_signed(point_of(self.suite, self.key), signature, signed), f"{what} does not hold")


def load_certificate(octets, what):
    try:
        certificate = x509.load_der_x509_certificate(octets)
        # The library parses these only when they are asked for.
        parts = (certificate.version, certificate.extensions, certificate.subject)
        require(all(part is not None for part in parts), f"{what} is no certificate")
        return certificate
    except Refused:
        raise
    except Exception as error:  # The library has no error of its own for this: some octets give a KeyError.
        raise Refused(f"{what} is no certificate: {error}") from error


def key_of(certificate):
    """The SubjectPublicKeyInfo, the seventh element after the version: the library does not know the keys of SM2."""
    reader, _ = Reader(certificate.tbs_certificate_bytes).sequence()
    for _ in range(6):
        reader.skip()
    return reader.skip()


def extension(certificate, oid):
    try:
        return certificate.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def names(name):
    return [(part.oid, part.value) for part in name] if all(len(rdn) == 1 for rdn in name.rdns) else None


def require_valid(certificate, milliseconds, what):
    """Both ends of the validity are included (RFC 5280, section 6.1.3)."""

    def since_1970(attribute):
        # Before version 42 of 'cryptography' there are dates without a time zone alone, which are in UTC as well.
        date = getattr(certificate, f"{attribute}_utc", None) or getattr(certificate, attribute)
        return date.replace(tzinfo=datetime.timezone.utc).timestamp() * 1_000

    require(since_1970("not_valid_before") <= milliseconds, f"{what} is not valid yet")
    require(milliseconds <= since_1970("not_valid_after"), f"{what} has expired")


@functools.lru_cache(maxsize=1_000)
def fault_found_by_openssl(suite, octets, authority):
    """What OpenSSL finds wrong with the authority's signature, for both sides of TLS; empty where all is well."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, der in (("authority.pem", authority), ("certificate.pem", octets)):
            files.append(pathlib.Path(folder) / name)
            files[-1].write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
        for purpose in ("sslclient", "sslserver"):
            # The time is compared elsewhere: here it would be the machine's.
            command = ["openssl", "verify", "-no_check_time", *suite.verify_options, "-purpose", purpose, "-CAfile"]
            result = subprocess.run(command + list(map(str, files)), capture_output=True, text=True, check=False)
            if result.returncode != 0:
                return result.stderr.strip() or "no reason"
    return ""


def require_issued(suite, octets, authority, what):
    fault = fault_found_by_openssl(suite, octets, authority)
    require(not fault, f"OpenSSL refuses {what}: {fault}")


def require_suite(certificate, suite, what):
    """The SubjectPublicKeyInfo of a certificate that is of a suite."""
    algorithm = certificate.signature_algorithm_oid.dotted_string
    require(algorithm == suite.signature_algorithm, f"{what} is not signed in the suite {suite.name}")
    key = key_of(certificate)
    point_of(suite, key)
    return key


def check_member(genesis, octets, milliseconds, what):
    """Whom a certificate speaks for, if it keeps the profile and its department's authority has signed it."""
    certificate = load_certificate(octets, what)
    require(certificate.version is x509.Version.v3, f"{what} is not of version 3")
    key = require_suite(certificate, genesis.suite, what)

    alternatives = list(extension(certificate, ExtensionOID.SUBJECT_ALTERNATIVE_NAME) or [])
    require(len(alternatives) == 1, f"{what} has not exactly one name")
    require(isinstance(alternatives[0], x509.UniformResourceIdentifier), f"the name of {what} is no URI")
    parts = alternatives[0].value.removeprefix("spiffe://").split("/")
    require(alternatives[0].value.startswith("spiffe://") and len(parts) == 4, f"the URI of {what} is no member's")
    consortium, department, role, name = parts
    is_member = all(LABEL.fullmatch(part) for part in (consortium, department, name)) and role in ROLES
    require(is_member, f"the URI of {what} is no member's")
    require(consortium == genesis.consortium, f"{what} is for the consortium {consortium}")
    expected = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, department),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, role),
        (NameOID.COMMON_NAME, name),
    ]
    require(names(certificate.subject) == expected, f"the subject of {what} is not that of its URI")

    constraints = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    require(constraints is None or not constraints.ca, f"{what} is an authority's")
    usage = extension(certificate, ExtensionOID.KEY_USAGE)
    require(usage is not None and usage.digital_signature, f"{what} is not for signatures")
    extended = extension(certificate, ExtensionOID.EXTENDED_KEY_USAGE)
    both = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    if genesis.suite.is_for_tls:
        require(both <= set(extended or []), f"{what} is not for both sides of TLS")
    else:
        require(extended is None, f"{what} has an extended key usage, and is not for TLS")
    known = {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
    critical = {entry.oid for entry in certificate.extensions if entry.critical}
    require(critical <= known, f"{what} has critical extensions that are not of the profile")

    authorities = [entry.authority for entry in genesis.departments if entry.name == department]
    require(len(authorities) == 1, f"the genesis has no authority of {department}")
    require_issued(genesis.suite, octets, authorities[0], what)
    require_valid(certificate, milliseconds, what)
    require_valid(load_certificate(authorities[0], "the authority"), milliseconds, f"the authority of {department}")
    return Member(department, role, name, genesis.suite, key)


def check_authorities(genesis, department):
    check_authority(genesis.suite, department.name, department.authority)
    has_transport = department.transport_authority is not None
    require(has_transport != genesis.suite.is_for_tls, f"{department.name} has too many authorities, or too few")
    if has_transport:
        check_authority(P256, department.name, department.transport_authority)


def check_authority(suite, department, octets):
    what = f"the authority of {department}"
    certificate = load_certificate(octets, what)
    expected = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, department),
        (NameOID.COMMON_NAME, f"{department} authority"),
    ]
    require(names(certificate.subject) == expected, f"{what} is another's")
    constraints = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    usage = extension(certificate, ExtensionOID.KEY_USAGE)
    require(constraints is not None and constraints.ca, f"{what} is none")
    require(usage is not None and usage.key_cert_sign and usage.crl_sign, f"{what} may not sign certificates and lists")
    point = point_of(suite, require_suite(certificate, suite, what))
    # Whatever is named as trusted, OpenSSL trusts: it does not look at the signature of an authority on itself.
    is_own = suite.is_signed(point, certificate.signature, certificate.tbs_certificate_bytes)
    require(is_own, f"{what} is not signed by its own key")

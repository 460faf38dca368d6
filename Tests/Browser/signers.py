"""Authorities, members and a genesis file, made by other hands than the program's, for tests of what browsers sign."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)
CONSORTIUM = "trial"
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
NO_PASSWORD = serialization.NoEncryption()


def element(tag, *contents):
    """An element of DER."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def number(value):
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def text(value):
    return element(0x0C, value.encode())


def usage(**bits):
    names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]  # fmt: skip
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})


def pem_of(key, encryption=NO_PASSWORD, form=serialization.PrivateFormat.PKCS8):
    return key.private_bytes(PEM, form, encryption).decode()


class Signer:
    """A member with its key."""

    def __init__(self, name, certificate, key):
        self.name, self.certificate, self.key = name, certificate, key

    @property
    def pem(self):
        return self.certificate.public_bytes(PEM).decode()

    @property
    def der(self):
        return self.certificate.public_bytes(DER)


class Authority:
    """A department's authority."""

    def __init__(self, department):
        self.department = department
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, department),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{department} authority")])
        builder = self.builder(self.name, self.key).add_extension(x509.BasicConstraints(True, 0), True)
        self.certificate = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), True).sign(
            self.key, hashes.SHA256())

    def builder(self, subject, key, days=30, begun=1):
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - begun * DAY)
            .not_valid_after(now + days * DAY))

    def issue(self, role, name, consortium=CONSORTIUM, days=30, begun=1, curve=None):
        """A member's certificate with its key."""
        key = ec.generate_private_key(curve or ec.SECP256R1())
        subject = x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.department),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role), x509.NameAttribute(NameOID.COMMON_NAME, name)])
        uri = f"spiffe://{consortium}/{self.department}/{role}/{name}"
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = self.builder(subject, key, days, begun).add_extension(x509.BasicConstraints(False, None), True)
        for extension, is_critical in (
            (usage(digital_signature=True), True), (x509.ExtendedKeyUsage(usages), False),
            (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)]), False)):
            builder = builder.add_extension(extension, is_critical)
        return Signer(f"{self.department}/{role}/{name}", builder.sign(self.key, hashes.SHA256()), key)


def genesis_of(authorities, validator, lifetime=2_000):
    """DER of a genesis document."""
    created = int((datetime.datetime.now(datetime.timezone.utc) - DAY / 2).timestamp() * 1_000)
    departments = [
        element(0x30, text(authority.department), text(authority.department), element(0x30),
                element(0x04, authority.certificate.public_bytes(DER)))
        for authority in authorities]
    validators = element(0x30, element(0x04, validator.der), text("127.0.0.1"), number(7101))
    limits = [262_144, 2_097_152, 2_000, lifetime, 500, 6_000, 10_000]
    return element(
        0x30, number(1), text(CONSORTIUM), text("licences"), number(created), text("p256"),
        element(0x30, *departments), element(0x30, validators), element(0x30, *map(number, limits)))

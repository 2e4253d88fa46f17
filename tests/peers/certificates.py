"""A certificate for one host name, signed by an authority that nobody trusts unless told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate: the authority to trust, the server's chain and its key."""

    authority: Path
    chain: Path
    key: Path


def make_certificate(folder: Path, host: str) -> Certificate:
    """Write an authority and a certificate for `host` that it signed, both valid for a day."""
    boss_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    boss = _name("Tests of Backroom")
    ca = x509.BasicConstraints(ca=True, path_length=None)
    authority = _signed(boss, boss, boss_key.public_key(), boss_key, (ca, True), (_usage(signs=True), True))
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    server = _signed(_name(host), boss, key.public_key(), boss_key, (names, False), (_usage(signs=False), True))
    made = Certificate(folder / "authority.pem", folder / "chain.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    made.authority.write_bytes(authority.public_bytes(pem))
    made.chain.write_bytes(server.public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    made.key.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    return made


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *extensions: tuple[x509.ExtensionType, bool],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())

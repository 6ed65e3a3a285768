"""A certificate authority of one's own, for tests of TLS."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Identity:
    """One certificate and its key, as PEM files."""

    certificate: Path
    key: Path
    bundle: Path  # key and certificate in one file, as Kafka's PEM keystore wants them

    def encrypted_key(self, password: str) -> Path:
        """The same key, readable with `password` only."""
        key = serialization.load_pem_private_key(self.key.read_bytes(), password=None)
        path = self.key.with_name("encrypted-key.pem")
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(password.encode()),
            )
        )
        return path


@dataclass(frozen=True)
class Authority:
    """Signs certificates for 127.0.0.1 or another host; valid for a day."""

    certificate: Path
    _own: x509.Certificate
    _key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, directory: Path, name: str = "test authority") -> Authority:
        directory.mkdir(parents=True)
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        certificate = (
            _builder(_name(name), _name(name), key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        path = directory / "ca.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(path, certificate, key)

    def issue(self, name: str, directory: Path, *, host: str | list[str] | None = None) -> Identity:
        directory.mkdir(parents=True)
        key = ec.generate_private_key(ec.SECP256R1())
        # Only the address is named: a client that connects to "localhost" and checks the name must refuse.
        hosts = [host] if isinstance(host, str) else host or ["127.0.0.1"]
        named = [_alternative_name(host) for host in hosts]
        authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            _builder(_name(name), self._own.subject, key.public_key())
            .add_extension(x509.SubjectAlternativeName(named), critical=False)
            .add_extension(authority_key, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        key_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate_pem = certificate.public_bytes(serialization.Encoding.PEM)
        identity = Identity(directory / "certificate.pem", directory / "key.pem", directory / "bundle.pem")
        identity.certificate.write_bytes(certificate_pem)
        identity.key.write_bytes(key_pem)
        identity.bundle.write_bytes(key_pem + certificate_pem)
        return identity


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )

"""The certificate for HTTPS: one of the site's own, signed by nobody else, or one that an authority signed."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import re
import socket
import ssl
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comuna.kernel.refusal import Refused

LIFETIME: Final = dt.timedelta(days=397)
"""The longest that browsers accept."""
EARLIER: Final = dt.timedelta(days=1)
"""How long before its making a certificate begins: clocks of phones differ."""
LEFT: Final = dt.timedelta(days=7)
"""What must be left of a certificate's time for it to be used once more."""

LOCAL: Final = ("localhost", "127.0.0.1", "::1")
"""How this machine calls itself."""

DNS_NAME: Final = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")


class Pair(NamedTuple):
    """A certificate with the key to it, and the files that hold them; it may be the same file."""

    certificate: x509.Certificate
    certificate_file: Path
    key_file: Path

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256 as browsers show it: `3A:F0:…`."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def names(self, host: str) -> bool:
        """Whether the certificate is for that name or address; `*.example.org` is for every name one step below."""
        held = _held(self.certificate)
        return any(
            name in held or (isinstance(name, x509.DNSName) and _any_below(name) in held) for name in _names([host])
        )

    def valid(self, at: dt.datetime) -> bool:
        """Whether the certificate's time has begun and is not over."""
        return self.certificate.not_valid_before_utc <= at <= self.certificate.not_valid_after_utc


def machine() -> tuple[str, ...]:
    """The names of this machine in its network: the one it has, and the one with `.local`. Empty if it has none that
    a certificate could hold."""
    name = socket.gethostname().lower()
    return (name, f"{name.partition('.')[0]}.local") if DNS_NAME.fullmatch(name) else ()


def own(file: Path, hosts: Iterable[str], now: dt.datetime) -> Pair:
    """The site's own certificate for this machine and `hosts` (names and addresses), kept with its key in `file`,
    which its owner alone may read. It is made anew when less than LEFT of its time is left, when it misses a host, and
    when somebody else could have read or written the file. Refuses tls.cannot_keep."""
    names = _names([*LOCAL, *machine(), *hosts])
    kept = _kept(file)
    if kept and kept.valid(now) and kept.valid(now + LEFT) and set(names) <= _held(kept.certificate):
        return kept
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign(key, names, now)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _keep(file, secret + certificate.public_bytes(serialization.Encoding.PEM))
    return Pair(certificate, file, file)


def given(certificate_file: Path, key_file: Path) -> Pair:
    """A certificate and its key from files of somebody's own, both as PEM, the authority's certificates below the
    site's. Refuses tls.no_file, tls.unreadable, tls.no_certificate, tls.no_key, tls.no_pair."""
    certificate = _certificate(_content(certificate_file))
    if certificate is None:
        raise Refused("tls.no_certificate", file=str(certificate_file))
    key = _key(_content(key_file))
    if key is None:
        raise Refused("tls.no_key", file=str(key_file))
    if key.public_key() != certificate.public_key():
        raise Refused("tls.no_pair", certificate=str(certificate_file), key=str(key_file))
    return Pair(certificate, certificate_file, key_file)


def context(pair: Pair) -> ssl.SSLContext:
    """What a server needs to answer with that certificate, in TLS 1.2 or newer. Refuses tls.unusable (reason) where
    OpenSSL will not have it, as with a key that is too short."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        server.load_cert_chain(pair.certificate_file, pair.key_file)
    except ssl.SSLError as error:
        raise Refused("tls.unusable", file=str(pair.certificate_file), reason=error.reason or str(error)) from error
    return server


def _names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """Hosts as a certificate holds them, each once, in their order, without those that it cannot hold."""
    names: dict[x509.GeneralName, None] = {}
    for host in hosts:
        try:
            names[x509.IPAddress(ipaddress.ip_address(host.partition("%")[0]))] = None
            continue
        except ValueError:
            pass
        with contextlib.suppress(UnicodeError):
            name = host.encode("idna").decode("ascii").lower()
            if DNS_NAME.fullmatch(name):
                names[x509.DNSName(name)] = None
    return list(names)


def _any_below(name: x509.DNSName) -> x509.DNSName:
    return x509.DNSName(f"*.{name.value.partition('.')[2]}")


def _held(certificate: x509.Certificate) -> set[x509.GeneralName]:
    """The names and addresses that a certificate is for."""
    try:
        return set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except (x509.ExtensionNotFound, ValueError):
        return set()


def _sign(key: ec.EllipticCurvePrivateKey, names: Iterable[x509.GeneralName], now: dt.datetime) -> x509.Certificate:
    """A certificate that its own key signed. It may sign no other."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Comuna")])
    begins = now - EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFETIME - dt.timedelta(seconds=1))  # the last second counts too
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _kept(file: Path) -> Pair | None:
    """The pair in a file of our own. None if there is none, or if the file is a link, somebody else's or open to
    others: then the key may be known."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            about = os.fstat(opened.fileno())
            if about.st_uid != os.geteuid() or about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                return None
            content = opened.read()
    except OSError:
        return None
    certificate, key = _certificate(content), _key(content)
    if certificate is None or key is None or key.public_key() != certificate.public_key():
        return None
    return Pair(certificate, file, file)


def _keep(file: Path, content: bytes) -> None:
    """Put a file in its place as a whole, for its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, new = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")  # makes it with mode 0600
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(content)
            os.replace(new, file)
        except OSError:
            os.unlink(new)
            raise
    except OSError as error:
        raise Refused("tls.cannot_keep", file=str(file)) from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Refused("tls.no_file", file=str(file)) from error
    except OSError as error:
        raise Refused("tls.unreadable", file=str(file)) from error


def _certificate(content: bytes) -> x509.Certificate | None:
    """The first certificate in a file of PEM."""
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError:
        return None


def _key(content: bytes) -> PrivateKeyTypes | None:
    """The private key in a file of PEM; None too if it is locked with a passphrase."""
    try:
        return serialization.load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None

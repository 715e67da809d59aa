"""`./comuna up --tls`: the site over HTTPS, with a certificate of its own or with somebody's."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import re
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comuna import cli, tls, up
from comuna.kernel.refusal import Refused
from comuna.settings import Settings
from comuna.store.store import Store
from tests.cast import begin
from tests.live.test_stream import hold
from tests.test_command import prepared, sentence, two_free_ports, waited

ROOT = Path(__file__).parents[1]
NOW = dt.datetime(2027, 2, 23, 17, 0, tzinfo=dt.UTC)
HALL = "192.168.1.20"
"""The laptop's address in the hall's network."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the certificate is kept."""
    return tmp_path / "data" / "comuna.db.tls.pem"


def fingerprint(file: Path) -> str:
    """What tells the certificate in a file from every other."""
    return x509.load_pem_x509_certificate(file.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()


# What the certificate holds


def test_it_names_this_machine_and_the_hosts_it_was_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Laptop.example.org")
    made = tls.own(file, [HALL, "comuna.example.org", "COMUNA.example.org", "fe80::1%eth0", "no name"], NOW)
    held = made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert held.get_values_for_type(x509.DNSName) == [
        "localhost", "laptop.example.org", "laptop.local", "comuna.example.org",
    ]  # fmt: skip
    addresses = ["127.0.0.1", "::1", HALL, "fe80::1"]
    assert held.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(a) for a in addresses]


def test_a_host_in_other_letters_is_named_as_browsers_ask_for_it(file: Path):
    made = tls.own(file, ["peñón.example"], NOW)
    assert made.names("xn--pen-8mak.example")
    assert made.names("peñón.example")


def test_a_machine_whose_name_no_certificate_can_hold_goes_without(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Rosa's laptop")
    assert tls.machine() == ()
    assert tls.own(file, [], NOW).names("localhost")


def test_it_serves_and_signs_nothing_and_lasts_as_long_as_browsers_allow(file: Path):
    certificate = tls.own(file, [HALL], NOW).certificate
    extensions = certificate.extensions
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    assert begins == NOW - dt.timedelta(days=1)
    assert dt.timedelta(days=396) < ends - begins < dt.timedelta(days=397)
    certificate.verify_directly_issued_by(certificate)


def test_the_server_speaks_tls_1_2_at_least(file: Path):
    assert tls.context(tls.own(file, [HALL], NOW)).minimum_version == ssl.TLSVersion.TLSv1_2


# How it is kept


def test_it_is_kept_for_its_owner_alone_and_used_again(file: Path):
    first = tls.own(file, [HALL], NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert tls.own(file, [HALL], NOW + dt.timedelta(days=300)) == first
    assert tls.own(file, [], NOW) == first
    assert first.fingerprint == fingerprint(file)


def test_it_is_made_anew_where_an_address_is_missing(file: Path):
    first = tls.own(file, [HALL], NOW)
    second = tls.own(file, [HALL, "10.0.0.7"], NOW)
    assert second.fingerprint != first.fingerprint
    assert second.names("10.0.0.7")
    assert not first.names("10.0.0.7")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_made_anew_with_less_than_a_week_to_go(file: Path):
    first = tls.own(file, [HALL], NOW)
    a_week_before = first.certificate.not_valid_after_utc - dt.timedelta(days=7)
    assert tls.own(file, [HALL], a_week_before) == first
    late = tls.own(file, [HALL], a_week_before + dt.timedelta(seconds=1))
    assert late.fingerprint != first.fingerprint
    assert tls.own(file, [HALL], NOW - dt.timedelta(days=2)).fingerprint != late.fingerprint, "its time has not begun"


def test_it_is_made_anew_where_somebody_else_may_know_the_key(file: Path):
    first = tls.own(file, [HALL], NOW)
    file.chmod(0o640)
    second = tls.own(file, [HALL], NOW)
    assert second.fingerprint != first.fingerprint
    planted = file.with_name("planted")
    file.rename(planted)
    file.symlink_to(planted)
    assert tls.own(file, [HALL], NOW).fingerprint != second.fingerprint
    assert not file.is_symlink()
    assert fingerprint(planted) == second.fingerprint


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_it_is_made_anew_where_the_file_is_broken(file: Path, content: bytes):
    tls.own(file, [HALL], NOW)
    file.write_bytes(content)
    assert tls.own(file, [HALL], NOW).fingerprint == fingerprint(file)


def test_a_key_that_is_not_the_certificates_is_not_used(file: Path, tmp_path: Path):
    first, other = tls.own(file, [HALL], NOW), tls.own(tmp_path / "other", [HALL], NOW)
    key = other.key_file.read_bytes().partition(b"-----BEGIN CERTIFICATE")[0]
    file.write_bytes(key + first.certificate.public_bytes(serialization.Encoding.PEM))
    assert tls.own(file, [HALL], NOW).fingerprint not in (first.fingerprint, other.fingerprint)


def test_a_folder_that_takes_nothing_is_refused(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Refused, match=r"tls\.cannot_keep"):
        tls.own(tmp_path / "data" / "comuna.db.tls.pem", [HALL], NOW)


@pytest.mark.parametrize(
    ("database", "kept_in"),
    [
        ("/tmp/x/try.db", Path("/tmp/x/try.db.tls.pem")),
        ("sqlite:////tmp/x/try.db?timeout=3", Path("/tmp/x/try.db.tls.pem")),
        ("postgresql://localhost/comuna", ROOT / "data" / "comuna.tls.pem"),
    ],
)
def test_it_lies_beside_the_database(database: str, kept_in: Path):
    assert up._kept_in(database) == kept_in


# A certificate of somebody's own


def issued(folder: Path, *names: str, days: int = 90, bits: int = 2048) -> tuple[Path, Path]:
    """A certificate for those names with its key, as an authority gives them: two files."""
    now = dt.datetime.now(dt.UTC)
    authority, key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, bits)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=100))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(secret(key))
    return folder / "fullchain.pem", folder / "privkey.pem"


def secret(key: rsa.RSAPrivateKey, passphrase: bytes = b"") -> bytes:
    """A private key as PEM."""
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def test_a_given_certificate_is_for_its_names_and_those_below_a_star(tmp_path: Path):
    pair = tls.given(*issued(tmp_path, "comuna.example.org", "*.hall.example.org"))
    assert pair.names("Comuna.example.org")
    assert pair.names("one.hall.example.org")
    for other in ("hall.example.org", "a.b.hall.example.org", "localhost", "127.0.0.1", HALL, ""):
        assert not pair.names(other)
    tls.context(pair)


def pair_of(folder: Path, what: str) -> tuple[Path, Path]:
    """A certificate and its key with something wrong."""
    certificate, key = issued(folder, "comuna.example.org")
    match what:
        case "no certificate there":
            certificate.unlink()
        case "no key there":
            key.unlink()
        case "a folder":
            return folder, key
        case "no certificate in it":
            certificate.write_text("not a certificate")
        case "no key in it":
            key.write_text("not a key")
        case "a locked key":
            key.write_bytes(secret(rsa.generate_private_key(65537, 2048), b"a passphrase"))
        case "another key":
            key.write_bytes(secret(rsa.generate_private_key(65537, 2048)))
    return certificate, key


WRONG = [
    (
        "no certificate there",
        "There is no file {folder}/fullchain.pem.",
        "No existe el archivo {folder}/fullchain.pem.",
    ),
    ("no key there", "There is no file {folder}/privkey.pem.", "No existe el archivo {folder}/privkey.pem."),
    ("a folder", "The file {folder} cannot be read.", "El archivo {folder} no se puede leer."),
    ("no certificate in it", "There is no certificate in", "no hay ningún certificado"),
    ("no key in it", "There is no private key in", "no hay ninguna clave privada"),
    ("a locked key", "There is no private key in", "no hay ninguna clave privada"),
    ("another key", "does not belong to the certificate", "no corresponde al certificado"),
]


@pytest.mark.parametrize(("what", "english", "spanish"), WRONG, ids=[what for what, _, _ in WRONG])
def test_a_pair_that_is_none_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    what: str, english: str, spanish: str,
):  # fmt: skip
    certificate, key = pair_of(tmp_path / "own", what)
    for language, said in (("C", english), ("es_VE.UTF-8", spanish)):
        monkeypatch.setenv("LC_ALL", language)
        database = tmp_path / "comuna.db"
        options = ["--database", str(database), "--tls-certificate", str(certificate), "--tls-key", str(key)]
        assert cli.main(["up", *options]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert said.format(folder=tmp_path / "own") in err
        assert err.count("\n") == 1
        assert not database.exists(), "nothing was begun"


def test_a_key_too_short_for_tls_is_one_sentence(tmp_path: Path):
    certificate, key = issued(tmp_path, "comuna.example.org", bits=1024)
    with pytest.raises(Refused, match=r"tls\.unusable.*KEY_TOO_SMALL"):
        tls.context(tls.given(certificate, key))
    typed = ["--tls-certificate", str(certificate), "--tls-key", str(key), "--database", str(tmp_path / "comuna.db")]
    answer = prepared("up", *typed, LC_ALL="C")
    assert answer.returncode == 1
    assert "cannot be used with its key" in sentence(answer)
    assert not (tmp_path / "comuna.db").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tls-certificate", "fullchain.pem"], "give both --tls-certificate and --tls-key"),
        (["--tls", "--tls-key", "privkey.pem"], "give both --tls-certificate and --tls-key"),
        (["--tls", "--url", "http://comuna.example.org"], "must begin with https://"),
        (["--tls", "--url", "https://[comuna"], "must begin with https://"),
        (["--tls", "--url", "https://"], "must begin with https://"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(tmp_path: Path, options: list[str], said: str):
    answer = prepared("up", "--database", str(tmp_path / "comuna.db"), *options, LC_ALL="C")
    assert answer.returncode == 1
    assert said in sentence(answer)
    assert list(tmp_path.iterdir()) == []


# What the terminal says


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://192.168.1.20:8000", True), ("https://comuna.example.org", False), ("http://localhost:8000", False)],
)
def test_without_https_it_says_what_is_missing_to_whom_the_network_reaches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, said: bool
):
    for language, words in (("C", "(--tls prevents it), and"), ("es", "(--tls lo evita), y")):
        monkeypatch.setenv("LC_ALL", language)
        up._say_where("http://localhost:8000", Settings(url=url))
        assert (words in capsys.readouterr().out) is said


def test_addresses_are_https_and_those_that_the_certificate_is_for(tmp_path: Path, file: Path):
    own = tls.own(file, [HALL], NOW)
    assert up._addresses(None, HALL, 8000, None) == ("http://localhost:8000", f"http://{HALL}:8000")
    assert up._addresses(None, HALL, 8000, own) == ("https://localhost:8000", f"https://{HALL}:8000")
    assert up._addresses(None, "fe80::1", 8000, own) == ("https://localhost:8000", "https://[fe80::1]:8000")
    assert up._addresses(None, None, 8000, own) == ("https://localhost:8000", "https://localhost:8000")
    given = tls.given(*issued(tmp_path / "own", "comuna.example.org"))
    url = "https://comuna.example.org"
    assert up._addresses(f"{url}/", HALL, 443, given) == (url, url)
    assert up._addresses(None, HALL, 443, given) == ("https://localhost:443", f"https://{HALL}:443")


@pytest.mark.parametrize(
    ("url", "days", "said"),
    [
        ("https://comuna.example.org", 90, ""),
        ("https://192.168.1.20:8000", 90, "not for 192.168.1.20"),
        ("https://comuna.example.org", -1, "time is over"),
    ],
)
def test_what_browsers_will_dislike_in_a_given_certificate_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, days: int, said: str
):
    monkeypatch.setenv("LC_ALL", "C")
    pair = tls.given(*issued(tmp_path, "comuna.example.org", days=days))
    up._say_certificate(pair, Settings(url=url), own=False)
    out = capsys.readouterr().out
    assert said in out if said else out == ""


# A server


@contextlib.contextmanager
def served(tmp_path: Path, *typed: str) -> Iterator[tuple[int, str]]:
    """`./comuna up` with those options: its port, and what it said once it listened."""
    port, out = two_free_ports(), tmp_path / "out"
    command = [ROOT / "comuna", "up", "--host", "127.0.0.1", "--port", str(port), *typed]
    command += ["--database", str(tmp_path / "comuna.db")]
    with out.open("w") as file:
        server = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C"})
        try:
            waited(out, "Stop it with Ctrl+C.")
            yield port, out.read_text()
            assert server.poll() is None
            assert "Traceback" not in out.read_text()
        finally:
            server.terminate()
            server.wait(20)


def trusting(certificate: Path) -> ssl.SSLContext:
    """A browser's trust in that certificate and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificate)
    return context


def asked(port: int, host: str, context: ssl.SSLContext) -> bytes:
    """How the answer begins when the first page is asked for under that name."""
    plain = socket.create_connection(("127.0.0.1", port))
    with context.wrap_socket(plain, server_hostname=host) as speaking:
        speaking.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return speaking.recv(100)


def test_the_site_answers_over_https_and_its_cookies_stay_there(tmp_path: Path):
    kept = tmp_path / "comuna.db.tls.pem"
    with served(tmp_path, "--tls") as (port, said):
        url = f"https://localhost:{port}"
        assert f"Comuna is at {url}\n" in said
        assert re.search(rf"^    {url}/key/[a-z2-7]{{32}}$", said, re.MULTILINE)
        assert f"\n    {fingerprint(kept)}\n" in said
        assert "nobody they know signed" in said
        assert "http://" not in said
        link = re.search(r"/key/[a-z2-7]{32}", said)
        assert link is not None
        verify = trusting(kept)
        headers = {"origin": url, "sec-fetch-site": "same-origin"}
        with httpx2.Client(base_url=url, headers=headers, verify=verify) as rosa:
            answer = rosa.get("/")
            assert answer.status_code == 200
            session = re.search(r'href="(/s/[a-z2-7]{26})"', answer.text)
            assert session is not None
            entered = rosa.post(link[0])
            coming = rosa.post(f"{session[1]}/coming", data={"name": "Amaru"})
            for cookie in (entered.headers["set-cookie"], coming.headers["set-cookie"]):
                assert "; secure" in cookie.lower()
        for host in ["127.0.0.1", *tls.machine()]:
            assert asked(port, host, verify).startswith(b"HTTP/1.1 200")
        with pytest.raises(httpx2.TransportError):
            httpx2.get(url)


def test_a_gathering_is_told_over_https_too(tmp_path: Path):
    store = Store(str(tmp_path / "comuna.db"))
    held = hold(begin(store), 0)
    _, key = held.comes("Amaru")
    store.close()
    with served(tmp_path, "--tls") as (port, _):
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        with trusting(tmp_path / "comuna.db.tls.pem").wrap_socket(plain, server_hostname="localhost") as phone:
            phone.sendall(f"GET {held.stream} HTTP/1.1\r\nHost: localhost\r\nCookie: guest={key}\r\n\r\n".encode())
            heard = b""
            while b"event: frame" not in heard or not heard.endswith(b"\n\n"):
                heard += phone.recv(65536)
        assert heard.startswith(b"HTTP/1.1 200")


def test_plain_http_to_it_ends_and_the_site_goes_on(tmp_path: Path):
    with served(tmp_path, "--tls", "--empty") as (port, _):
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as plain, contextlib.suppress(ConnectionError):
                plain.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
                assert not plain.recv(100).startswith(b"HTTP/1.1 200")
        answer = httpx2.get(f"https://localhost:{port}/", verify=trusting(tmp_path / "comuna.db.tls.pem"))
        assert answer.status_code == 200


def test_the_next_start_has_the_same_fingerprint(tmp_path: Path):
    with served(tmp_path, "--tls", "--empty") as (_, said):
        first = re.search(r"^    ([0-9A-F]{2}(:[0-9A-F]{2}){31})$", said, re.MULTILINE)
    assert first is not None
    with served(tmp_path, "--tls", "--empty") as (_, said):
        assert first[1] in said


def test_a_given_certificate_is_served_as_it_is(tmp_path: Path):
    certificate, key = issued(tmp_path / "own", "comuna.example.org")
    url = "https://comuna.example.org"
    typed = ["--tls-certificate", str(certificate), "--tls-key", str(key), "--url", url, "--empty"]
    with served(tmp_path, *typed) as (port, said):
        assert f"Comuna is at {url}\n" in said
        assert f"{url}/key/" in said
        assert "localhost" not in said
        assert "Browsers will warn" not in said
        shown = ssl.get_server_certificate(("127.0.0.1", port))
        assert x509.load_pem_x509_certificate(shown.encode()).fingerprint(hashes.SHA256()).hex(":").upper() == (
            fingerprint(certificate)
        )
        assert not (tmp_path / "comuna.db.tls.pem").exists()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nobody knows the test's authority
        assert asked(port, "comuna.example.org", context).startswith(b"HTTP/1.1 200")

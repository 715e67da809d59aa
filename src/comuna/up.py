"""`./comuna up`: the website on this machine, with the founding session to look at when there is nothing yet."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import logging
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from comuna import example_council, rollback, shipped_charters, tls
from comuna.kernel import identity
from comuna.kernel.refusal import Refused
from comuna.language import spoken
from comuna.rules.page import page
from comuna.rules.way_in import seclude
from comuna.settings import Settings
from comuna.store import calling, copies, expiry, people
from comuna.store.book import Damaged
from comuna.store.store import Store
from comuna.store.writer import Transaction
from comuna.streets import planning

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = ROOT / "examples" / "founding-session.md"
EXAMPLE_ZONE: Final = "America/Los_Angeles"
TURN: Final = 0.0005
"""Seconds after which a thread gives way to another. With Python's own 5 ms the thread that writes would wait that long
for each statement while thousands of phones are told something."""
SELDOM: Final = (20_000, 20, 100)
"""After how many new objects the garbage collector looks for those that only know each other, and how seldom at older
ones. With Python's own 700, 10, 10 it looked through the connections of a full hall again and again, for a fifth of the
processor's time."""
PORTS: Final = 10
"""How many ports are tried, counting up, when the first is taken."""


def run(options: argparse.Namespace) -> int:
    """Open the store, refuse to start if a book is damaged, say where the site is, serve until stopped."""
    words = spoken()
    if "routes" in options.extras and not planning.installed():  # `comuna`, the shell script, installs it
        raise Refused("routes.not_installed")
    reachable = _reachable(options.host)
    pair = _pair(options, reachable)
    secured = tls.context(pair) if pair else None
    listening = _listen(options.host, options.port)
    here, url = _addresses(options.url, reachable, listening.getsockname()[1], pair)
    store = Store(options.database)
    try:
        store.check()
    except Damaged as error:
        print(words.text("comuna: a book does not agree with itself, so nothing was started."), file=sys.stderr)
        print(f"        {error}", file=sys.stderr)
        print(words.text("        Put back a backup, or ask whoever keeps this server."), file=sys.stderr)
        return 1
    if _rolled_back(store):
        return 1
    settings = Settings(url=url, zone=options.zone, hosts=tls.machine() if pair else ())
    recovery = None
    if _first_time(store):
        recovery = None
        if options.example == "council":
            recovery = _council(store, options.database)
        elif not options.empty:
            recovery = example(store, zone=options.zone)
        print(words.text("Welcome. This link lets you in as organiser; it works once, within a day:"))
        print(f"\n    {way_in(store, here)}\n")
    if recovery:
        print(words.text("The example group's recovery key (a real group prints its own and keeps it):"))
        print(f"    {recovery}\n")
    _say_where(here, settings)
    if pair:
        _say_certificate(pair, settings, own=not options.tls_key)
    print(words.text("Stop it with Ctrl+C."), flush=True)
    _expire_daily(store)
    _serve(store, settings, listening, secured)
    store.close()
    return 0


def _rolled_back(store: Store) -> bool:
    """Whether a book is older than what others have seen of it, or went another way; says so, and what to do."""
    words = spoken()
    mismatches = rollback.found(store)
    for mismatch in mismatches:
        print(f"comuna: {rollback.sentence(words, mismatch)}", file=sys.stderr)
    if mismatches:
        print(words.text("        So nothing was started."), file=sys.stderr)
        print(f"        {rollback.advice(words, mismatches[0])}", file=sys.stderr)
    return bool(mismatches)


def _first_time(store: Store) -> bool:
    with store.read() as connection:
        return people.first_account(connection) is None


def way_in(store: Store, url: str) -> str:
    """A link that lets the organiser in, once, within a day. Makes the organiser's account if there is none."""

    def job(tx: Transaction) -> str:
        account = people.first_account(tx.connection) or people.new_account(tx)
        return people.key_for_account(tx, account, "once")

    return f"{url.rstrip('/')}/key/{store.write(job)}"


def example(store: Store, *, zone: str | None = None) -> str | None:
    """Call the founding session of the examples, for an organiser to look around in. Returns its book's recovery
    key."""
    from comuna.announce.read import read

    text = EXAMPLE.read_text(encoding="utf-8")
    announcement, details = seclude(read(text, on=store.clock().date(), zone=zone or EXAMPLE_ZONE))

    def job(tx: Transaction) -> str | None:
        account = people.first_account(tx.connection) or people.new_account(tx)
        return calling.call(
            tx,
            store.shelf,
            account=account,
            gathering=identity.id_of(tx.random(16)),
            session=page(announcement),
            join=announcement.join,
            details=details,
            charter=shipped_charters.text(shipped_charters.FIRST),
        )

    return store.write(job)


def _council(store: Store, database: str) -> str:
    """Let the example council live through its two years, in this database."""
    account = store.write(lambda tx: people.first_account(tx.connection) or people.new_account(tx))
    return example_council.live(database, account, store.clock())


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535 - PORTS:
        raise Refused("up.bad_port", port=port, most=65535 - PORTS)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + PORTS):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
        except OSError as error:
            listening.close()
            if error.errno not in (98, 48, 10048):  # taken, as Linux, macOS and Windows number it
                raise Refused("up.cannot_listen", host=host, port=candidate) from error
            continue
        listening.listen(2048)
        if port and candidate != port:
            print(spoken().text("Port %(port)s is taken, so this is port %(other)s.", port=port, other=candidate))
        return listening
    raise Refused("up.ports_taken", port=port, last=port + PORTS - 1)


def _reachable(host: str) -> str | None:
    """The name or IP address by which phones in the room reach this machine; None when it listens to itself alone."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return None if host in ("127.0.0.1", "::1", "localhost") else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))  # sends nothing; it only asks which way out there is
            return str(probe.getsockname()[0])
        except OSError:
            return None


def _pair(options: argparse.Namespace, reachable: str | None) -> tls.Pair | None:
    """The certificate to serve with; None for plain HTTP. Refuses what `tls.given` and `tls.own` refuse, one file
    without the other (tls.one_of_two), and an address for people that is not HTTPS (tls.plain_url)."""
    files = [file for file in (options.tls_certificate, options.tls_key) if file is not None]
    if len(files) == 1:
        raise Refused("tls.one_of_two")
    if not (options.tls or files):
        return None
    host = _host(options.url) if options.url else reachable
    if options.url and not (host and options.url.startswith("https://")):
        raise Refused("tls.plain_url", url=options.url)
    if files:
        return tls.given(*files)
    hosts = [each for each in (reachable, host) if each]
    return tls.own(_kept_in(options.database), hosts, dt.datetime.now(dt.UTC))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _kept_in(database: str) -> Path:
    """The file for the site's own certificate: beside the database's file, or in `data/` when there is none here."""
    if "://" not in database:
        return Path(f"{database}.tls.pem")
    kind, _, path = database.partition(":///")
    return Path(f"{path.partition('?')[0]}.tls.pem") if kind == "sqlite" else ROOT / "data" / "comuna.tls.pem"


def _addresses(url: str | None, reachable: str | None, port: int, pair: tls.Pair | None) -> tuple[str, str]:
    """The addresses for this machine and for people. They are the same where nobody else reaches it, and where a
    certificate is for the people's address only."""
    scheme = "https" if pair else "http"
    here = f"{scheme}://localhost:{port}"
    if not url and reachable:
        url = f"{scheme}://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
    people = (url or here).rstrip("/")
    if pair and not pair.names("localhost") and pair.names(_host(people) or ""):
        return people, people
    return here, people


def _say_where(here: str, settings: Settings) -> None:
    words = spoken()
    print(words.text("Comuna is at %(url)s", url=here))
    if settings.url == here:
        return
    print(words.text("and for others at %(url)s", url=settings.url))
    if sys.stdout.isatty():
        from comuna.paper import qr

        print(qr.terminal(settings.url))
    if not settings.secure:
        print(
            words.text(
                "Without HTTPS others in the same network can read what is sent (--tls prevents it), and notes open "
                "offline only at localhost or over HTTPS with a certificate that the browser trusts."
            )
        )


def _say_certificate(pair: tls.Pair, settings: Settings, *, own: bool) -> None:
    """How to know the site's own certificate; what browsers will dislike in somebody's."""
    words = spoken()
    host = _host(settings.url) or ""
    if own:
        print(
            words.text(
                "Browsers will warn, because nobody they know signed this site's certificate: open its details in the "
                "warning, and go on only if its SHA-256 fingerprint is this one (colons and capitals do not matter):"
            )
        )
        print(f"\n    {pair.fingerprint}\n")
    elif not pair.valid(dt.datetime.now(dt.UTC)):
        print(words.text("Browsers will warn, because the certificate's time is over or has not begun."))
    elif not pair.names(host):
        print(
            words.text(
                "Browsers will warn, because the certificate is not for %(host)s: give an address that it is for "
                "with --url.",
                host=host,
            )
        )


def _say_opened(url: str, code: str | None, group: str) -> None:
    """Show in the terminal how to join a gathering that was opened."""
    if code is None:
        return
    words = spoken()
    print(words.text("%(group)s has opened its gathering. Its code is %(code)s:", group=group, code=code))
    print(f"    {url}/j/{code}")
    if sys.stdout.isatty():
        from comuna.paper import qr

        print(qr.terminal(f"{url}/j/{code}"))
    sys.stdout.flush()


def _expire_daily(store: Store) -> None:
    """Erase journals and signatures whose time is over, and tell the backups what was erased, now and once a day."""

    def work() -> None:
        while True:
            try:
                today = dt.datetime.now(dt.UTC).date()
                expiry.expire_due(store, today)
                expiry.unsign(store, today)
                expiry.sweep(store)
                store.tidy()
                copies.tell(store.engine)
            except Exception:  # the site goes on; whoever keeps the server reads why
                logging.getLogger("comuna").exception("journals could not be expired")
            threading.Event().wait(24 * 3600)

    threading.Thread(target=work, name="expiry", daemon=True).start()


def _take_many_connections() -> None:
    """Raise the number of open files to what the system allows: every connection is one."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _serve(store: Store, settings: Settings, listening: socket.socket, secured: ssl.SSLContext | None) -> None:
    import uvicorn

    from comuna.app import build, protocol

    _take_many_connections()
    sys.setswitchinterval(TURN)
    gc.set_threshold(*SELDOM)
    app = build(store, settings, lambda room: _say_opened(settings.url, room.code, room.group_name))
    config = uvicorn.Config(
        app,
        http=protocol(app),
        ws="none",
        access_log=False,  # paths can hold keys
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        ssl_context_factory=(lambda _config, _default: secured) if secured else None,
    )
    uvicorn.Server(config).run(sockets=[listening])

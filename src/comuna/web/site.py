"""What holds for every request: hosts, cross-site writes, sizes, rates, security headers, refusals made pages."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.language import language
from comuna.settings import Settings
from comuna.store.writer import Busy, Unclear
from comuna.web import forms, live_door, render
from comuna.web.access import GUEST_COOKIE, MEMBER_COOKIE, ORGANISER_COOKIE, Door, chosen_language
from comuna.web.live_door import LiveDoor
from comuna.web.rates import Rates

log = logging.getLogger("comuna.web")

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    b"content-security-policy": POLICY.encode(),
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
"""What every answer says, unless it says something else itself."""
NOT_KEPT: Final = {**HEADERS, b"cache-control": b"no-store"}
"""What every answer says but static files."""

DRAINED: Final = 64 * 2**20
"""Bytes read and thrown away before a refusal, so that a browser still sending hears it."""

PATIENCE: Final = 20
"""Seconds a browser may be silent in the middle of a form."""

LONGEST_ADDRESS: Final = 64
"""Characters of an address, a zone of IPv6 included."""

HELD: Final = re.compile(r"/s/[a-z2-7]{26}/(?:live|chair)/")
"""Paths of a gathering that is held."""

View = Callable[..., Response]
LiveView = Callable[[LiveDoor], Awaitable[Response]]
Answer = Callable[[Request, forms.Form], Awaitable[Response]]


class Address(Route):
    """A method and a path, and who answers there. Between them and `Guard` is nothing of the framework but its router:
    a full hall asks by the thousand, and each layer costs as much as a ballot."""

    def __init__(self, method: Literal["GET", "POST"], path: str, work: Answer) -> None:
        super().__init__(path, work, methods=[method])
        self.work = work

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say as a page that there is nothing here for that method."""
        request = Request(scope, receive)
        here = self.methods is None or request.method in self.methods
        response = await (self._answer(request) if here else nothing_here(request))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """Read the form, let `work` answer, make refusals pages."""
        form = forms.Form({})
        try:
            form = await forms.read(request)
            return await self.work(request, form)
        except Refused as refused:
            return await run_in_threadpool(refuse, request, form, refused)
        except Busy:
            return await run_in_threadpool(refuse, request, form, Refused("store.busy"))
        except Unclear:
            log.exception("%s %s: unclear", request.method, self.path)
            return await run_in_threadpool(refuse, request, form, Refused("store.unclear"))
        except Exception:  # a person gets a sentence, whoever keeps the server the reason
            log.exception("%s %s failed", request.method, self.path)
            return await run_in_threadpool(refuse, request, form, Refused("store.failed"))


def endpoint(
    method: Literal["GET", "POST"], path: str, door: Callable[[Request, forms.Form], Door], view: View
) -> Address:
    """An address whose door is opened, and whose view answers, in a worker thread."""

    async def in_thread(request: Request, form: forms.Form) -> Response:
        return await run_in_threadpool(lambda: view(door(request, form)))

    return Address(method, path, in_thread)


def live_endpoint(method: Literal["GET", "POST"], path: str, view: LiveView) -> Address:
    """An address of a gathering that is held: its door opens from memory, and its view waits without a thread."""

    async def in_loop(request: Request, form: forms.Form) -> Response:
        return await view(await live_door.open_door(request, form))

    return Address(method, path, in_loop)


async def nothing_here(request: Request) -> Response:
    """An address that is none, or not for that method, as a page."""
    return await run_in_threadpool(refuse, request, forms.Form({}), Refused("address.unknown"))


def refuse(request: Request, form: forms.Form, refused: Refused) -> Response:
    """A refusal in the form the asker can use: JSON for a script, else a page in their language."""
    code = chosen_language(request)
    if "application/json" in request.headers.get("accept", ""):
        status, sentence = messages.refusal(language(code), refused)
        return JSONResponse({"refused": refused.code, "sentence": sentence}, status)
    try:
        door: Door | None = Door(request, form)
    except Exception:  # the page must come even if the store does not answer
        door = None
    kept = [(name, value) for name, values in form.fields.items() for value in values]
    return render.refusal_page(door, code, refused, kept=kept, files=bool(form.files), path=request.url.path)


class Guard:
    """ASGI middleware around the whole site. See the module's first line."""

    def __init__(self, app: ASGIApp, settings: Settings, rates: Rates) -> None:
        self.app = app
        self.settings = settings
        self.rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = dict(message["headers"])
                ours = HEADERS if scope["path"].startswith("/static/") else NOT_KEPT
                message["headers"].extend(line for line in ours.items() if line[0] not in said)
            await send(message)

        request = Request(scope, receive)
        refused = self._objection(request)
        if refused is None:
            limited = receive if request.method in ("GET", "HEAD") else _limited(receive, forms.largest(request))
            await self.app(scope, limited, send_with_headers)
            return
        await _drain(receive)
        response = await run_in_threadpool(refuse, request, forms.Form({}), refused)
        await response(scope, receive, send_with_headers)

    def _objection(self, request: Request) -> Refused | None:
        if not answers_to(self.settings, request.headers.get("host", "")):
            return Refused("site.unknown_host")
        if request.method in ("GET", "HEAD"):
            return None
        if not _same_site(request):
            return Refused("site.cross_site")
        limit, length = forms.largest(request), request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > limit:
            return Refused("form.too_large", limit=limit // 2**20)
        if HELD.match(request.url.path):
            return None  # a hall may stand behind one address: the door counts by person, see `live_door`
        cookies = request.cookies
        who = cookies.get(ORGANISER_COOKIE) or cookies.get(GUEST_COOKIE) or cookies.get(MEMBER_COOKIE) or ""
        address = request.client.host if request.client else ""
        if not self.rates.allow(address, who):
            return Refused("rate.exceeded")
        return None


def answers_to(settings: Settings, host: str) -> bool:
    """Whether the site answers to that host: its own names, localhost, and plain addresses."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", urlsplit(settings.url).hostname, *settings.hosts):
        return True
    return len(name) < LONGEST_ADDRESS and _bare_address(name)  # what an attacker points here is a name


@functools.lru_cache(maxsize=1_000)
def _bare_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_site(request: Request) -> bool:
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is not None:
        try:
            return urlsplit(origin).netloc == request.headers.get("host", "")
        except ValueError:
            return False
    return fetch_site is not None or not request.cookies


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        try:
            async with asyncio.timeout(PATIENCE):
                message = await receive()
        except TimeoutError:
            raise Refused("form.unreadable") from None
        taken += len(message.get("body", b""))
        if taken > limit:
            raise Refused("form.too_large", limit=limit // 2**20)
        return message

    return limited


async def _drain(receive: Receive) -> None:
    taken = 0
    while taken < DRAINED:
        try:
            message = await asyncio.wait_for(receive(), PATIENCE)
        except TimeoutError:
            return
        taken += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return

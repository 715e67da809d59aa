"""The application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from comuna.cosigning import Cosigning
from comuna.kernel.refusal import Refused
from comuna.live.hub import Hub
from comuna.live.room import Room
from comuna.live.stream import Protocol
from comuna.settings import Settings
from comuna.store.store import Store
from comuna.web import live_door
from comuna.web.forms import Form
from comuna.web.live_shown import Drawing
from comuna.web.rates import Rates
from comuna.web.routes import ROUTES
from comuna.web.site import Guard, answers_to, refuse


class Assets(StaticFiles):
    """Static files. Their addresses change when they do, so browsers may keep them."""

    async def get_response(self, path: str, scope: Scope):  # type: ignore[no-untyped-def]
        """A file, with leave to keep it where the address names its version."""
        response = await super().get_response(path, scope)
        if scope.get("query_string"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def nothing_here(request: Request, _error: Exception) -> Response:
    """An address that is none, or not for that method, as a page."""
    return await run_in_threadpool(refuse, request, Form({}), Refused("address.unknown"))


def build(store: Store, settings: Settings, opened: Callable[[Room], None] | None = None) -> Starlette:
    """The website over a store. `opened` is told of gatherings that are opened."""
    cosigning = Cosigning(store)
    hub = Hub(store, Drawing(settings.url), opened)

    @asynccontextmanager
    async def live(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        cosigning.start()
        yield
        cosigning.stop()
        await hub.stop()

    static = Mount("/static", Assets(directory=Path(__file__).parent / "web" / "static"))
    rates = Rates()
    app = Starlette(
        routes=[static, *ROUTES],
        middleware=[Middleware(Guard, settings=settings, rates=rates)],
        exception_handlers={404: nothing_here, 405: nothing_here},
        lifespan=live,
    )
    app.state.hub = hub
    app.state.store = store
    app.state.settings = settings
    app.state.rates = rates
    app.state.unseen_recovery_keys = {}
    return app


def protocol(app: Starlette) -> type[Protocol]:
    """What uvicorn is to speak (its option `http`), so that the events of gatherings reach those who listen."""

    class Speaking(Protocol):
        hub = app.state.hub
        answers_to = staticmethod(partial(answers_to, app.state.settings))
        admit = staticmethod(partial(live_door.admit_to_stream, app.state.rates))

    return Speaking

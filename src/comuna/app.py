"""The application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from comuna.cosigning import Cosigning
from comuna.live.hub import Hub
from comuna.live.room import Room
from comuna.live.stream import Protocol
from comuna.settings import Settings
from comuna.store.store import Store
from comuna.web import casting, live_door
from comuna.web.live_shown import Drawing
from comuna.web.rates import Rates
from comuna.web.routes import ROUTES
from comuna.web.site import Guard, answers_to, nothing_here


class Assets(StaticFiles):
    """Static files. Their addresses change when they do, so browsers may keep them."""

    async def get_response(self, path: str, scope: Scope):  # type: ignore[no-untyped-def]
        """A file, with leave to keep it where the address names its version."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException:
            return await nothing_here(Request(scope))
        if scope.get("query_string"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class Site(Starlette):
    """The router behind `Guard`, and none of the layers that Starlette puts between: each `Address` makes its own pages
    of what fails."""

    guard: Callable[[ASGIApp], Guard]

    def build_middleware_stack(self) -> ASGIApp:
        """What a request goes through."""
        return self.guard(self.router)


async def _no_address(scope: Scope, receive: Receive, send: Send) -> None:
    response = await nothing_here(Request(scope, receive))
    await response(scope, receive, send)


def build(store: Store, settings: Settings, opened: Callable[[Room], None] | None = None) -> Site:
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
    app = Site(routes=[static, *ROUTES], lifespan=live)
    app.guard = partial(Guard, settings=settings, rates=rates)
    app.router.default = _no_address
    app.state.hub = hub
    app.state.store = store
    app.state.settings = settings
    app.state.rates = rates
    app.state.ballots = casting.into_the_box(store)
    app.state.unseen_recovery_keys = {}
    return app


def protocol(app: Site) -> type[Protocol]:
    """What uvicorn is to speak (its option `http`), so that the events of gatherings reach those who listen."""

    class Speaking(Protocol):
        hub = app.state.hub
        answers_to = staticmethod(partial(answers_to, app.state.settings))
        admit = staticmethod(partial(live_door.admit_to_stream, app.state.rates))

    return Speaking

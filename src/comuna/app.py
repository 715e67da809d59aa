"""The application, put together."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from comuna.kernel.refusal import Refused
from comuna.settings import Settings
from comuna.store.store import Store
from comuna.web.forms import Form
from comuna.web.routes import ROUTES
from comuna.web.site import Guard, Rates, refuse


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


def build(store: Store, settings: Settings) -> Starlette:
    """The website over a store."""
    static = Mount("/static", Assets(directory=Path(__file__).parent / "web" / "static"))
    rates = Rates()
    app = Starlette(
        routes=[static, *ROUTES],
        middleware=[Middleware(Guard, settings=settings, rates=rates)],
        exception_handlers={404: nothing_here, 405: nothing_here},
    )
    app.state.store = store
    app.state.settings = settings
    app.state.rates = rates
    app.state.unseen_recovery_keys = {}
    return app

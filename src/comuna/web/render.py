"""Pages from templates: one environment per language, everything escaped."""

from __future__ import annotations

import datetime as dt
import functools
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from comuna import messages
from comuna.announce import markup
from comuna.kernel.act import moment
from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES, NAMES, Language, language, zone_of
from comuna.web import editing
from comuna.web.forms import LARGEST_UPLOAD

if TYPE_CHECKING:
    from comuna.web.access import Door

HERE = Path(__file__).parent


@functools.cache
def environment(code: str) -> jinja2.Environment:
    """The templates of one language."""
    words = language(code)
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
        auto_reload=False,
    )
    env.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        words=words,
        labels=labels(words),
        flat=editing.flat,
        languages=LANGUAGES,
        language_names=NAMES,
        asset=asset,
        largest_upload=LARGEST_UPLOAD,
        clock=clock,
        moment=moment,
        unix=lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC),
        zone_of=zone_of,
        day_is_past=messages.refusal(words, Refused("gathering.day_is_past"))[1],
    )
    env.filters.update(
        markdown=lambda text: Markup(markup.to_html(text)),  # noqa: S704  cleaned by announce.markup
        day=lambda iso: words.day(dt.date.fromisoformat(iso)),
        long_date=lambda iso: words.date(dt.date.fromisoformat(iso), "long"),
        full_date=lambda iso: words.date(dt.date.fromisoformat(iso)),
        clock=clock,
    )
    return env


@functools.cache
def asset(name: str) -> str:
    """The address of a static file; it changes when the file does, so browsers may keep it for ever."""
    return f"/static/{name}?{sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"


def labels(words: Language) -> dict[str, str]:
    """What the parts of an announcement are called."""
    return {name: words.text(text) for name, text in messages.PARTS.items()}


def clock(seconds: int | None) -> str:
    """A time in the film: 00:12:40."""
    if seconds is None:
        return ""
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def page(door: Door, template: str, *, status: int = 200, **context: Any) -> Response:
    """The response that shows a template. Every template knows the `door`."""
    found = environment(door.words.code).get_template(template)
    return HTMLResponse(found.render(**{"door": door, "path": door.request.url.path, **context}), status)


def refusal_page(
    door: Door | None, code: str, refused: Refused, *, kept: list[tuple[str, str]], files: bool, path: str
) -> Response:
    """A refusal as a page: the sentence, the way back to the form, and what was written, so that nothing is lost and it
    can be sent again. `files`: whether files came with it, which must be chosen anew."""
    status, sentence = messages.refusal(language(code), refused)
    found = environment(code).get_template("refused.html")
    told = {"sentence": sentence, "status": status, "kept": kept, "files": files, "code": refused.code}
    body = found.render(door=door, path=path, **told)
    return HTMLResponse(body, status)

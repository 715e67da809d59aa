"""A charter in plain words: a group's own, and those that come with Comuna."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import format_percent
from starlette.responses import Response

from comuna import charter_messages, messages, shipped_charters
from comuna.charter_messages import HEADINGS, LABELS
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.rules import charter
from comuna.rules.charter import UNSPECIFIED, Charter, Provision, Rule, Source
from comuna.rules.charter_outline import Part, Told, count, outline
from comuna.rules.charter_values import Majority, Quorum, fraction
from comuna.rules.charter_words import LISTS, Said
from comuna.web.access import Door, GroupDoor
from comuna.web.proposals import standings

ARTICLE: Final = re.compile(r"(?P<law>.+), (?P<article>(?:Arts?\.|s\.|§) ?[^;]+)(?P<rest>(?:; .+)?)")
"""A source that is a law and its article."""


@dataclass(frozen=True)
class Whence:
    """Where a rule comes from: its article first, if it has one, then the law; since when it holds."""

    article: str
    law: str
    since: str


@dataclass(frozen=True)
class Mark:
    """A share on a picture's bar, in percent of its length: `label` stands before it, `written` after it."""

    label: str
    percent: float
    written: str


@dataclass(frozen=True)
class Line:
    """A rule as a page shows it. `readings`: its sentences, for each reading, with its own source where the charter
    contradicts itself. `left`: whether keeping it is left to the group."""

    place: str
    label: str
    about: str
    state: str
    readings: tuple[tuple[list[str], Whence | None], ...]
    as_list: bool
    note: str
    whence: Whence
    marks: tuple[Mark, ...]
    left: bool


@dataclass(frozen=True)
class Shown:
    """A part of a charter: its heading and its lines."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Chapter:
    """What stands under one heading."""

    topic: str
    title: str
    parts: list[Shown]
    provisions: list[tuple[str, Whence]]


def show(door: GroupDoor) -> Response:
    """A group's charter, and for those who read its book what was proposed. Public, as the group's page is."""
    proposals = standings(door) if door.reads else []
    return _page(door, _text(door), file=f"/g/{door.book}/charter.toml", group=door, proposals=proposals)


def file(door: GroupDoor) -> Response:
    """The exact text of a group's charter."""
    return toml(_text(door), "charter")


def listing(door: Door) -> Response:
    """The charters that come with Comuna."""
    charters = [(kind, each, count(each)) for kind, each in shipped_charters.kinds().items()]
    return door.page("charter/list.html", charters=charters, summary=charter_messages.summary)


def shipped_one(door: Door) -> Response:
    """One of the charters that come with Comuna. Refuses charter.unknown."""
    kind, text = _shipped(door)
    return _page(door, text, file=f"/charters/{kind}.toml", group=None)


def shipped_file(door: Door) -> Response:
    """Its exact text. Refuses charter.unknown."""
    kind, text = _shipped(door)
    return toml(text, kind)


def _shipped(door: Door) -> tuple[str, str]:
    kind: str = door.request.path_params["kind"]
    if kind not in shipped_charters.kinds():
        raise Refused("charter.unknown", kind=kind[:40])
    return kind, shipped_charters.text(kind)


def _text(door: GroupDoor) -> str:
    if door.state.charter is None:
        raise Refused("group.not_founded")
    return door.state.charter


def toml(text: str, name: str) -> Response:
    """A charter's exact text as a file."""
    headers = {"Content-Disposition": f'inline; filename="{name}.toml"'}
    return Response(text.encode(), media_type="text/plain; charset=utf-8", headers=headers)


def _page(door: Door, text: str, *, file: str, group: GroupDoor | None, proposals: Sequence[object] = ()) -> Response:
    rules = charter.parse(text)
    chapters = list(_chapters(door.words, rules))
    lines = [line for chapter in chapters for part in chapter.parts for line in part.lines]
    return door.page(
        "charter/show.html",
        charter=rules,
        chapters=chapters,
        count=count(rules),
        open=[line for line in lines if line.state == UNSPECIFIED],
        left=[line for line in lines if line.left],
        twice=charter_messages.twice,
        contradictory=[line for line in lines if line.state == charter.CONTRADICTORY],
        digest=charter.digest(text),
        file=file,
        group=group,
        proposals=proposals,
    )


def _chapters(words: Language, rules: Charter) -> Iterator[Chapter]:
    for heading in outline(rules):
        parts = [
            Shown(charter_messages.part(words, part), [_line(words, rules, part, told) for told in part.told])
            for part in heading.parts
        ]
        provisions = [(getattr(each, words.code), _whence(words, each)) for each in heading.provisions]
        yield Chapter(heading.topic, words.text(HEADINGS[heading.topic]), parts, provisions)


def line(words: Language, rules: Charter, said: Said) -> Line:
    """A rule by itself, as pages show it."""
    told = Told(said, ())
    return _line(words, rules, Part((told,)), told)


def _line(words: Language, rules: Charter, part: Part, told: Told) -> Line:
    said, rule = told.said, told.said.rule
    subjects = [each[words.code] for each in told.subjects or ([said.subject] if said.subject else [])]
    name = words.text(LABELS[said.name])
    whences = [_source(words, each.source, "") for each in rule.readings] or [None]
    sentences = [[messages.say(words, line) for line in lines] for lines in said.lines]
    return Line(
        place=said.place,
        label=", ".join(subjects) if part.rule is not None and subjects else name,
        about=": ".join([", ".join(subjects), name]) if subjects else name,
        state=rule.value if rule.value in (UNSPECIFIED, charter.CONTRADICTORY) else "settled",
        readings=tuple(zip(sentences, whences, strict=True)),
        as_list=said.name in LISTS and rule.value != UNSPECIFIED and len(sentences[0]) > 1,
        note=rule.note.get(words.code, ""),
        whence=_whence(words, rule),
        marks=tuple(_marks(words, rule.value)),
        left=rule.value != UNSPECIFIED and charter.shown_only(said.place),
    )


def _whence(words: Language, rule: Rule | Provision) -> Whence:
    return _source(words, rule.source, charter_messages.since(words, rule.valid_from))


def _source(words: Language, source: Source, since: str) -> Whence:
    written = source if isinstance(source, str) else source[words.code]
    found = ARTICLE.fullmatch(written)
    if found is None:
        return Whence("", written, since)
    return Whence(found["article"], found["law"] + found["rest"], since)


def _marks(words: Language, value: Any) -> Iterator[Mark]:
    """The shares of a quorum or a majority, to be drawn."""
    if isinstance(value, Majority) and value.of in ("cast", "present", "all"):
        yield _mark(words, "", value.share, more=value.more)
    elif isinstance(value, tuple) and value and isinstance(value[0], Quorum):
        yield from _calls(words, value)


def _calls(words: Language, calls: Sequence[Quorum]) -> Iterator[Mark]:
    for n, call in enumerate(calls, start=1):
        if call.share is not None and call.of != "none":
            label = charter_messages.argument(words, "call", n) if len(calls) > 1 else ""
            yield _mark(words, label, call.share, more=call.more)


def _mark(words: Language, label: str, share: str, *, more: bool) -> Mark:
    exact = fraction(share)
    whole = 100 % exact.denominator == 0
    written = format_percent(float(exact), locale=words.locale) if whole else str(exact)
    return Mark(label, float(round(exact * 100, 3)), ("> " if more else "≥ ") + written)

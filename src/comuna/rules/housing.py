"""In which order dwellings are mended: by criteria and weights that the assembly decided, in exact fractions, with lots
among equals. The book has the criteria, counts and a keyed digest of the list; who lives how is never in it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Final

import msgspec

from comuna.kernel.act import Act, FileRef, act
from comuna.kernel.refusal import Refused
from comuna.methods.lots import in_drawn_order
from comuna.rules.decisions import day_of
from comuna.rules.gathering import day
from comuna.rules.project import decided, under_way
from comuna.rules.state import State
from comuna.rules.state_housing import Criterion, Programme

NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,5})(?:/[1-9][0-9]{0,5})?")
"""A number of points, or a weight: whole, or a fraction in lowest terms."""
MOST_CRITERIA: Final = 20
MOST_ANSWERS: Final = 20
MOST_DWELLINGS: Final = 5_000
LONGEST: Final = 120
"""Letters of a criterion, and of an answer."""
DOMAIN: Final = b"comuna/housing/1"


@act("housing.criteria_set", v=1)
class CriteriaSet(Act, frozen=True):
    """The assembly decided by what the order of the dwellings is made. An order that was set before holds no more."""

    project: str
    decision: str
    criteria: list[Criterion]

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.criteria)


@act("housing.queue_set", v=1)
class QueueSet(Act, frozen=True):
    """The order of `count` dwellings was set; equals were put in order by lot, from the `seed`. `digest`: of the list,
    keyed, so that nobody can try dwellings against it without the key."""

    project: str
    digest: str
    count: int
    seed: str


@act("housing.handed_over", v=1)
class HandedOver(Act, frozen=True):
    """A dwelling was ready on a day (`date`), and its household accepted it or did not. `handed` of `count` are
    accepted by now. Which it was stands nowhere in the book; a photo is there only with the household's consent."""

    project: str
    date: str
    accepted: bool
    handed: int
    count: int
    photo: FileRef | None


class Part(msgspec.Struct, frozen=True):
    """What a criterion gives a dwelling: its answer (None: there is none, and no points), the points for that, and the
    points times the weight."""

    criterion: Criterion
    answer: str | None
    points: Fraction
    total: Fraction


class Place(msgspec.Struct, frozen=True):
    """A dwelling's place (from 1), why, and with how many it shares its points, itself included."""

    place: int
    code: str
    total: Fraction
    parts: tuple[Part, ...]
    equals: int


Answers = Mapping[str, str]
"""Criterion → a dwelling's answer."""


def checked(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Criteria with their numbers in lowest terms. Refuses: housing.no_criteria, housing.too_many_criteria,
    housing.bad_criterion (title)."""
    if not criteria:
        raise Refused("housing.no_criteria")
    if len(criteria) > MOST_CRITERIA or any(len(each.answers) > MOST_ANSWERS for each in criteria):
        raise Refused("housing.too_many_criteria", limit=MOST_CRITERIA)
    found = [_checked(each) for each in criteria]
    if len({each.id for each in found}) < len(found):
        raise Refused("housing.bad_criterion", title=found[-1].title)
    return found


def _checked(c: Criterion) -> Criterion:
    title = " ".join(c.title.split())
    values = [" ".join(a.value.split()) for a in c.answers]
    named = all(0 < len(each) <= LONGEST for each in (title, *values))
    if not named or len(set(values)) < len(values) or bool(c.answers) == (c.each is not None):
        raise Refused("housing.bad_criterion", title=title or "–")
    if c.most is not None and c.each is None:
        raise Refused("housing.bad_criterion", title=title)
    answers = tuple(
        msgspec.structs.replace(a, value=value, points=_lowest(a.points, title))
        for a, value in zip(c.answers, values, strict=True)
    )
    weight = _lowest(c.weight, title)
    if weight == "0":
        raise Refused("housing.bad_criterion", title=title)
    return msgspec.structs.replace(
        c,
        title=title,
        weight=weight,
        answers=answers,
        each=None if c.each is None else _lowest(c.each, title),
        most=None if c.most is None else _lowest(c.most, title),
    )


def _lowest(written: str, title: str) -> str:
    if not NUMBER.fullmatch(written):
        raise Refused("housing.bad_criterion", title=title)
    return str(Fraction(written))


def number(written: str) -> str:
    """A number as people write it ("2", "3,5", "7/2", "30 %"), exactly. Refuses: housing.bad_number (written)."""
    said = written.strip().replace(" ", "").replace(",", ".")
    share = said.endswith("%")
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,4}|/[1-9][0-9]{0,5})?%?", said):
        raise Refused("housing.bad_number", written=written.strip()[:20] or "–")
    found = str(Fraction(said.rstrip("%")) / (100 if share else 1))
    if not NUMBER.fullmatch(found):
        raise Refused("housing.bad_number", written=written.strip()[:20])
    return found


def set_criteria(s: State, *, by: str, project: str, decision: str, criteria: Sequence[Criterion]) -> CriteriaSet:
    """Write down the criteria that the assembly decided. Refuses: project.unknown, project.ended, project.no_decision,
    and what `checked` does."""
    under_way(s, project)
    decided(s, decision)
    return CriteriaSet(project=project, decision=decision, criteria=checked(criteria))


def apply_criteria(s: State, a: CriteriaSet, at: str) -> State:
    """The order must be set by them; what was handed over stays so."""
    before = s.housing.get(a.project)
    handed = before.handed if before is not None else 0
    day = day_of(s, a.decision) or at[:10]
    new = Programme(
        project=a.project, criteria=tuple(a.criteria), decision=a.decision, decided=day, handed=handed
    )  # fmt: skip
    return msgspec.structs.replace(s, housing=s.housing.set(a.project, new))


def programme(s: State, project: str) -> Programme:
    """A project's order of dwellings, as its criteria are known. Refuses: project.unknown, housing.no_programme."""
    if project not in s.projects:
        raise Refused("project.unknown")
    found = s.housing.get(project)
    if found is None:
        raise Refused("housing.no_programme")
    return found


def answer(criterion: Criterion, written: str) -> str:
    """A dwelling's answer, as it is kept; empty: none. Refuses: housing.bad_answer (criterion, written)."""
    said = " ".join(written.split())
    if criterion.answers:
        known = next((a.value for a in criterion.answers if a.value.casefold() == said.casefold()), None)
    else:
        known = str(int(said)) if re.fullmatch(r"[0-9]{1,6}", said) else None
    if said and known is None:
        raise Refused("housing.bad_answer", criterion=criterion.title, written=said[:40])
    return known or ""


def points(criterion: Criterion, said: str | None) -> Fraction:
    """The points for an answer, before the weight; none for no answer, and for one that the criterion does not know."""
    if not said:
        return Fraction(0)
    if criterion.answers:
        return next((Fraction(a.points) for a in criterion.answers if a.value == said), Fraction(0))
    if not said.isdigit():
        return Fraction(0)
    counted = int(said) * Fraction(criterion.each or "0")
    return counted if criterion.most is None else min(counted, Fraction(criterion.most))


def explained(criteria: Sequence[Criterion], answers: Answers) -> tuple[Part, ...]:
    """What each criterion gives a dwelling; their totals add up to its points."""
    found = []
    for criterion in criteria:
        said = answers.get(criterion.id) or None
        got = points(criterion, said)
        found.append(Part(criterion, said, got, got * Fraction(criterion.weight)))
    return tuple(found)


def queue(criteria: Sequence[Criterion], dwellings: Mapping[str, Answers], seed: str) -> list[Place]:
    """The dwellings, those with the most points first, equals in the order that the lots of `seed` give them. The order
    in which they are given does not matter."""
    parts = {code: explained(criteria, answers) for code, answers in dwellings.items()}
    totals = {code: sum((each.total for each in found), Fraction(0)) for code, found in parts.items()}
    drawn = {code: n for n, code in enumerate(in_drawn_order(list(dwellings), seed.encode()))}
    ordered = sorted(dwellings, key=lambda code: (-totals[code], drawn[code]))
    shared: dict[Fraction, int] = {}
    for total in totals.values():
        shared[total] = shared.get(total, 0) + 1
    return [
        Place(n, code, totals[code], parts[code], shared[totals[code]]) for n, code in enumerate(ordered, start=1)
    ]  # fmt: skip


def listed(places: Sequence[Place]) -> str:
    """The list as its digest is made: a line each, with place, dwelling, points, and the answers in the order of the
    criteria."""
    lines = [[p.place, p.code, str(p.total), [part.answer for part in p.parts]] for p in places]
    return "".join(msgspec.json.encode(line).decode() + "\n" for line in lines)


def digest(body: str, key: bytes) -> str:
    """HMAC-SHA256(key, "comuna/housing/1" ‖ list), in hexadecimal: without the key nobody can try lists."""
    return hmac.new(key, DOMAIN + body.encode(), sha256).hexdigest()


def set_queue(s: State, *, by: str, project: str, digest: str, count: int, seed: str) -> QueueSet:
    """Set the order. Refuses: project.unknown, project.ended, housing.no_programme, housing.no_dwellings,
    housing.too_many_dwellings, housing.bad_seed."""
    under_way(s, project)
    programme(s, project)
    if count < 1:
        raise Refused("housing.no_dwellings")
    if count > MOST_DWELLINGS:
        raise Refused("housing.too_many_dwellings", limit=MOST_DWELLINGS)
    if not 1 <= len(seed) <= 200 or seed != " ".join(seed.split()):
        raise Refused("housing.bad_seed")
    return QueueSet(project=project, digest=digest, count=count, seed=seed)


def apply_queue(s: State, a: QueueSet, at: str) -> State:
    """It holds."""
    return _with(s, a.project, digest=a.digest, count=a.count, seed=a.seed, set_on=at[:10])


def hand_over(
    s: State, *, by: str, project: str, date: str, accepted: bool, photo: FileRef | None, today: str
) -> HandedOver:
    """Hand a dwelling over. Refuses: project.unknown, project.ended, housing.no_programme, housing.no_queue,
    gathering.no_such_day, housing.ahead, housing.all_handed."""
    under_way(s, project)
    found = programme(s, project)
    if found.digest is None:
        raise Refused("housing.no_queue")
    day(date)
    if date > today:
        raise Refused("housing.ahead")
    if accepted and found.handed >= found.count:
        raise Refused("housing.all_handed")
    handed = found.handed + 1 if accepted else found.handed
    return HandedOver(project=project, date=date, accepted=accepted, handed=handed, count=found.count, photo=photo)


def apply_handed(s: State, a: HandedOver, at: str) -> State:
    """So many are."""
    return _with(s, a.project, handed=a.handed)


def _with(s: State, project: str, **changes: object) -> State:
    new = msgspec.structs.replace(s.housing[project], **changes)
    return msgspec.structs.replace(s, housing=s.housing.set(project, new))


SMALL: Final = 5
"""Fewer dwellings than these are never told of as a group."""


class Bar(msgspec.Struct, frozen=True):
    """How many dwellings have from `low` to `high` points."""

    low: Fraction
    high: Fraction
    count: int


def distribution(totals: Sequence[Fraction], bars: int = 8) -> list[Bar]:
    """How points are spread, in at most so many bars of the same width, each of `SMALL` dwellings at least: neighbours
    with fewer are put together. Nothing where there are fewer dwellings than that."""
    if len(totals) < SMALL:
        return []
    low, high = min(totals), max(totals)
    width = (high - low) / bars or Fraction(1)
    slots: list[list[Fraction]] = [[] for _ in range(bars)]
    for total in totals:
        slots[min(int((total - low) / width), bars - 1)].append(total)
    found: list[list[Fraction]] = []
    for slot in slots:
        if found and len(found[-1]) < SMALL:
            found[-1] = found[-1] + slot
        elif slot:
            found.append(slot)
    if len(found) > 1 and len(found[-1]) < SMALL:
        last = found.pop()
        found[-1] = found[-1] + last
    return [Bar(min(each), max(each), len(each)) for each in found]

"""The desk's part of the needs: what waits, many at once, putting in order, and the list for an assembly."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from starlette.responses import Response

from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.paper import needs as paper
from comuna.rules import need as rules
from comuna.rules.state import State
from comuna.store import offering, register, supports, texts
from comuna.store.offering import Asked
from comuna.store.writer import Transaction
from comuna.web import decisions, needs, needs_shown
from comuna.web.access import KeeperDoor, new_id

LONGEST_REASON: Final = 500
MOST_LINES: Final = 100
"""Needs that can be entered at once."""


def show(door: KeeperDoor) -> Response:
    """What waits for the desk, the form for many, and where the diagnosis stands."""
    s = door.state
    with door.store.read() as connection:
        waiting = offering.waiting(connection, door.book)
        decided = [each for each in decisions.listed(door, connection) if each.words]
    return door.page(
        "needs/desk.html",
        waiting=waiting,
        batch=new_id(),
        diagnosis=new_id(),
        choices=needs_shown.choices(door),
        diagnoses=sorted(s.needs.diagnoses.values(), key=lambda each: -each.number),
        decisions=decided,
        assemblies=sorted(
            (g for g in s.gatherings.values() if g.id in s.assemblies and g.status != "cancelled"),
            key=lambda each: each.date,
            reverse=True,
        ),
        open=len(rules.open_needs(s)),
        phase=rules.phase(s),
        round=s.needs.round,
        done=door.request.query_params.get("done", ""),
    )


def waiting_photo(door: KeeperDoor) -> Response:
    """The picture of a need that waits. Refuses file.unknown."""
    with door.store.read() as connection:
        found = offering.of(connection, door.book, door.request.path_params["need"])
    return needs.picture(door, found.asked.photo if found else None)


def accept(door: KeeperDoor) -> Response:
    """Take a need that waits onto the list, in the words that the desk leaves or puts; sent twice, once. Refuses:
    need.unknown, need.no_words, words.too_long, and what `rules.raise_need` does."""
    need, form = door.request.path_params["need"], door.form
    words = needs.line(form.line("words"), needs.LONGEST_WORDS, "need.no_words")
    place = needs.line(form.line("place"), needs.LONGEST_PLACE) or None
    unit = form.optional("unit")

    def job(tx: Transaction) -> None:
        found = offering.take(tx, door.book, need)
        if found is not None:
            kept = found.asked
            asked = Asked(words=words, place=place, point=kept.point, unit=unit, photo=kept.photo)
            needs.record(door, tx, need, asked, rules.BY_DESK)
        elif not _known(door, tx, need):
            raise Refused("need.unknown")

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/needs/desk?done=accepted#waiting")


def _known(door: KeeperDoor, tx: Transaction, need: str) -> bool:
    s = door.store.state(tx.connection, door.book)
    return s is not None and need in s.needs.every


def refuse(door: KeeperDoor) -> Response:
    """Say no to a need that waits, and why: whoever sent it reads that at the address they were given. Refuses:
    need.unknown, need.no_reason, words.too_long."""
    need, reason = (
        door.request.path_params["need"],
        needs.line(door.form.line("reason"), LONGEST_REASON, "need.no_reason"),
    )
    door.write(lambda tx: offering.decline(tx, door.book, need, reason))
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/needs/desk?done=refused#waiting")


def many(door: KeeperDoor) -> Response:
    """Enter many needs, a line each: the words, and after a `|` the place. The same form sent twice enters them once.
    Refuses: need.no_words, need.too_many_lines, words.too_long, and what `rules.raise_need` does; then none is
    entered."""
    form, batch, unit = door.form, door.form.line("batch"), door.form.optional("unit")
    if not identity.ID.fullmatch(batch):
        raise Refused("need.bad_id")
    lines = [each for each in form.text("lines").splitlines() if each.strip()]
    if not lines:
        raise Refused("need.no_words")
    if len(lines) > MOST_LINES:
        raise Refused("need.too_many_lines", length=len(lines), limit=MOST_LINES)
    asked = [_of_line(each, unit) for each in lines]

    def job(tx: Transaction) -> None:
        for n, each in enumerate(asked):
            id = identity.id_of(sha256(f"{batch} {n}".encode()).digest()[:16])
            needs.record(door, tx, id, each, rules.BY_DESK)

    door.write(job)
    return door.go(f"/g/{door.book}/needs?done=many")


def _of_line(line: str, unit: str | None) -> Asked:
    words, _, place = line.partition("|")
    return Asked(
        words=needs.line(words, needs.LONGEST_WORDS, "need.no_words"),
        place=needs.line(place, needs.LONGEST_PLACE) or None,
        unit=unit,
    )


# On paper


def poster(door: KeeperDoor) -> Response:
    """A poster whose code leads to the form."""
    url = door.url(f"/g/{door.book}/needs/new")
    return _pdf(paper.poster(door.words, group=door.group_name, url=url), "needs-poster")


def on_paper(door: KeeperDoor) -> Response:
    """The open needs by committee, for the assembly."""
    with door.store.read() as connection:
        groups = needs_shown.grouped(door, needs.standing(door, connection))
    parts = [
        paper.Part(
            group.title,
            tuple(
                paper.Line(
                    each.need.number,
                    each.words or door.words.text("The words were erased."),
                    each.place,
                    each.told.together,
                    each.merged,
                )
                for each in group.needs
            ),
        )
        for group in groups
    ]
    day = door.words.date(door.now.date(), "long")
    url = door.url(f"/g/{door.book}/needs")
    return _pdf(paper.listed(door.words, group=door.group_name, day=day, parts=parts, url=url), "needs")


def _pdf(body: bytes, name: str) -> Response:
    return Response(
        body, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


# Putting in order


def _of_path(door: KeeperDoor) -> str:
    need: str = door.request.path_params["need"]
    rules.must(door.state, need)
    return need


def _take(
    door: KeeperDoor,
    decide: Callable[[State, str | None], Act],
    done: Callable[[State], bool],
    *,
    said: str = "",
    then: Callable[[Transaction], None] | None = None,
) -> Response:
    """Record a step about the need of the path, with what was `said`; where it is `done` already, the form was sent
    twice."""
    need = _of_path(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is None or done(s):
            return
        text = texts.new(tx, said) if said else None
        ref = text.ref if text is not None else None
        named = [text] if text is not None else []
        door.store.record(tx, door.book, lambda s: decide(s, ref), by=door.member, with_texts=named)
        if then is not None:
            then(tx)

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/needs/{need}?done=desk")


def merge(door: KeeperDoor) -> Response:
    """Merge it into another: whoever supports either supports that one, once. Refuses what `rules.merge` does."""
    need, into = _of_path(door), door.form.line("into")

    def then(tx: Transaction) -> None:
        members = [row.member for row in register.every(tx.connection, door.book)]
        supports.merge(tx, door.book, need, into, members)

    return _take(
        door,
        lambda s, _: rules.merge(s, by=door.member, need=need, into=into),
        lambda s: s.needs.every[need].into == into,
        then=then,
    )


def group(door: KeeperDoor) -> Response:
    """Give it to a unit or committee. Refuses what `rules.group` does."""
    need, unit = _of_path(door), door.form.line("unit")
    return _take(
        door,
        lambda s, _: rules.group(s, by=door.member, need=need, unit=unit),
        lambda s: s.needs.every[need].unit == unit,
    )


def decline(door: KeeperDoor) -> Response:
    """Take it off the list, and say why; who supported it is erased. Refuses need.no_reason, words.too_long, and what
    `rules.decline` does."""
    need, reason = _of_path(door), needs.line(door.form.line("reason"), LONGEST_REASON, "need.no_reason")
    return _take(
        door,
        lambda s, ref: rules.decline(s, by=door.member, need=need, reason=ref or ""),
        lambda s: s.needs.every[need].status == "declined",
        said=reason,
        then=lambda tx: supports.destroy(tx, [need]),
    )


def meet(door: KeeperDoor) -> Response:
    """Say that it is met, how, and by which decision; who supported it is erased. Refuses words.too_long, and what
    `rules.meet` does."""
    need, how, decision = (
        _of_path(door),
        needs.line(door.form.line("how"), LONGEST_REASON),
        door.form.optional("decision"),
    )
    return _take(
        door,
        lambda s, ref: rules.meet(s, by=door.member, need=need, decision=decision, how=ref),
        lambda s: s.needs.every[need].status == "met",
        said=how,
        then=lambda tx: supports.destroy(tx, [need]),
    )


def reopen(door: KeeperDoor) -> Response:
    """Put it back on the list. Refuses what `rules.reopen` does."""
    need = _of_path(door)
    return _take(
        door,
        lambda s, _: rules.reopen(s, by=door.member, need=need),
        lambda s: s.needs.every[need].status == "open",
    )


def hands(door: KeeperDoor) -> Response:
    """Say how many hands were counted for it, in all halls together. Refuses need.bad_hands, and what
    `rules.may_support` does."""
    need, counted = _of_path(door), door.form.number("hands")
    if counted is None:
        raise Refused("need.bad_hands")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        supports.set_hands(tx, s, need, counted)

    door.write(job)
    return door.go(f"/g/{door.book}/needs/{need}?done=hands")


# The diagnosis


def present(door: KeeperDoor) -> Response:
    """Hand the list to an assembly: the book gets the counts, and who supported what is erased in the same transaction.
    Sent twice, once. Refuses what `rules.present` does."""
    diagnosis, gathering = door.form.line("diagnosis"), door.form.optional("gathering")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and diagnosis in s.needs.diagnoses:
            return
        counted = supports.counted(tx.connection, door.book)
        written = door.store.record(
            tx,
            door.book,
            lambda s: rules.present(s, by=door.member, diagnosis=diagnosis, gathering=gathering, counted=counted),
            by=door.member,
        )
        assert written
        supports.destroy(tx, [each.id for each in rules.open_needs(s)] if s is not None else [])

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/needs/desk?done=presented#diagnosis")


def approve(door: KeeperDoor) -> Response:
    """Say by which decision an assembly approved it; sent twice, once. Refuses what `rules.approve` does."""
    diagnosis, decision = door.form.line("diagnosis"), door.form.line("decision")
    found = door.state.needs.diagnoses.get(diagnosis)
    if found is None or found.decision is None or found.decision != decision:
        door.record(lambda s: rules.approve(s, by=door.member, diagnosis=diagnosis, decision=decision))
    return door.go(f"/g/{door.book}/needs/desk?done=approved#diagnosis")


def begin(door: KeeperDoor) -> Response:
    """Begin the next round; sent twice, once. Refuses diagnosis.nothing_presented."""
    if door.form.number("round") == door.state.needs.round:
        door.record(lambda s: rules.begin(s, by=door.member))
    return door.go(f"/g/{door.book}/needs/desk?done=begun#diagnosis")

"""What the desk writes down about dwellings: the criteria that the assembly decided, the list, its order, the work, and
the hand-over. What stands in the book has counts alone."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.rules import housing as rules
from comuna.rules import housing_file
from comuna.rules.gathering import day
from comuna.rules.project import under_way
from comuna.rules.state import State
from comuna.rules.state_housing import Answer, Criterion
from comuna.store import housing
from comuna.store.housing import Dwelling
from comuna.store.writer import Transaction
from comuna.web import housing_survey, uploads
from comuna.web import project_forms as forms
from comuna.web.access import KeeperDoor
from comuna.web.decisions import listed
from comuna.web.housing import criteria_lines, must_be, page
from comuna.web.offices import today
from comuna.web.project_forms import record, words
from comuna.web.projects import find

SPARE: Final = 3
"""Empty criteria that the form offers beside those that are there."""
FIELDS: Final = ("id", "title", "weight", "answers", "each", "most", "question")


def _home(door: KeeperDoor, place: str = "") -> Response:
    return door.go(f"/g/{door.book}/housing/{find(door).id}{place}")


# Criteria


def criteria_form(door: KeeperDoor) -> Response:
    """The form of the criteria. Refuses project.unknown."""
    found = door.state.housing.get(find(door).id)
    return _criteria_page(door, criteria_lines(found.criteria) if found else [])


def _criteria_page(
    door: KeeperDoor, lines: list[dict[str, str]], refused: Refused | None = None, *, filled: bool = False
) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    with door.store.read() as connection:
        decisions = listed(door, connection)
        asked = housing_survey.questions(door, connection)
    spare = [dict.fromkeys(FIELDS, "") for _ in range(max(SPARE, 4 - len(lines)))]
    return door.page(
        "housing/criteria.html",
        status=status,
        problem=problem,
        p=find(door),
        h=door.state.housing.get(find(door).id),
        lines=[*lines, *spare],
        questions=asked,
        filled=filled,
        decisions=decisions,
        chosen=door.form.line("decision"),
    )


def set_criteria(door: KeeperDoor) -> Response:
    """Write down the criteria; what is refused is shown again as it was typed. Refuses project.unknown."""
    lines = _typed(door)
    with door.store.read() as connection:
        asked = {each.id: each for each in housing_survey.questions(door, connection)}
    for line in lines:
        if line["question"] and line["question"] not in asked:
            line["question"] = ""
    from_survey = [
        housing_survey.filled(asked[line["question"]], line, door.words.code) if line["question"] else line
        for line in lines
    ]
    if from_survey != lines:  # the points are still to be put beside the survey's answers
        return _criteria_page(door, from_survey, filled=True)
    try:
        criteria = _criteria(lines)
        id, decision = find(door).id, door.form.line("decision")

        def done(s: State) -> bool:
            there = s.housing.get(id)
            return there is not None and there.decision == decision and list(there.criteria) == criteria

        record(door, rules.set_criteria, done=done, project=id, decision=decision, criteria=criteria)
    except Refused as refused:
        return _criteria_page(door, lines, refused)
    return _home(door)


def _typed(door: KeeperDoor) -> list[dict[str, str]]:
    columns = {name: [each.replace("\r\n", "\n").strip() for each in door.form.all(name)] for name in FIELDS}
    rows = [
        {name: columns[name][n] if n < len(columns[name]) else "" for name in FIELDS}
        for n in range(len(columns["title"]))
    ]
    return [row for row in rows if any(row[name] for name in ("title", "answers", "each", "question"))]


def _criteria(lines: list[dict[str, str]]) -> list[Criterion]:
    taken = {line["id"] for line in lines}
    free = (f"c{n}" for n in range(1, 1000) if f"c{n}" not in taken)
    found = [
        Criterion(
            id=line["id"] or next(free),
            title=line["title"],
            weight=rules.number(line["weight"] or "1"),
            answers=_answers(line["answers"]),
            each=rules.number(line["each"]) if line["each"] else None,
            most=rules.number(line["most"]) if line["most"] else None,
            question=line["question"] or None,
        )
        for line in lines
    ]
    return rules.checked(found)


def _answers(written: str) -> tuple[Answer, ...]:
    """Answers with their points, a line each: "leaks badly = 3"."""
    found = []
    for line in written.splitlines():
        if not line.strip():
            continue
        value, _, points = line.rpartition("=")
        found.append(Answer(" ".join(value.split()), rules.number(points)))
    return tuple(found)


# The list


def _answers_of(door: KeeperDoor, criteria: tuple[Criterion, ...]) -> dict[str, str]:
    said = {each.id: rules.answer(each, door.form.text(f"a-{each.id}")) for each in criteria}
    return {id: answer for id, answer in said.items() if answer}


def _keep(door: KeeperDoor, new: list[Dwelling]) -> None:
    id = find(door).id

    def job(tx: Transaction) -> None:
        under_way(forms.state_in(door, tx), id)
        housing.keep(tx, door.book, id, new)

    door.write(job)


def add(door: KeeperDoor) -> Response:
    """Put a dwelling on the list, or correct its answers. What is refused is shown again as it was typed."""
    project, found = must_be(door)
    try:
        code = housing_file.code(door.form.text("code"))
        _keep(door, [Dwelling(code=code, answers=_answers_of(door, found.criteria))])
    except Refused as refused:
        status, problem = messages.refusal(door.words, refused)
        return page(door, project, found, status, problem)
    return _home(door, "#list")


def take_in(door: KeeperDoor) -> Response:
    """Put the dwellings of a file on the list: all of them, or none. Refuses what `housing_file.read` does."""
    project, found = must_be(door)
    try:
        read = housing_file.read(door.form.files.get("table") or door.form.as_sent("text"), found.criteria)
        _keep(door, [Dwelling(code=code, answers=answers) for code, answers in read.items()])
    except Refused as refused:
        status, problem = messages.refusal(door.words, refused)
        return page(door, project, found, status, problem)
    return _home(door, "#list")


def export(door: KeeperDoor) -> Response:
    """The list as a file, for the desk."""
    project, found = must_be(door)
    with door.store.read() as connection:
        there = housing.dwellings(connection, door.book, project.id)
    text = housing_file.written({code: dict(each.answers) for code, each in there.items()}, found.criteria)
    headers = {"Content-Disposition": 'attachment; filename="dwellings.csv"'}
    return Response(("\ufeff" + text).encode(), media_type="text/csv; charset=utf-8", headers=headers)


def set_order(door: KeeperDoor) -> Response:
    """Set the order; lots among equals come of what was drawn in the hall, or else of chance. Sent twice, it is set
    once. Refuses what `rules.set_queue` does."""
    id, seen, drawn = find(door).id, door.form.optional("seen"), door.form.line("seed")

    def job(tx: Transaction) -> None:
        s = forms.state_in(door, tx)
        if rules.programme(s, id).digest != seen:
            return
        seed = drawn or tx.random(16).hex()
        digest, count = housing.set_order(tx, s, id, seed)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.set_queue(s, by=door.member, project=id, digest=digest, count=count, seed=seed),
            by=door.member,
        )

    door.write(job)
    return _home(door, "#order")


# The work on one dwelling


def _dwelling(door: KeeperDoor) -> Response:
    code = door.form.line("code")
    return door.go(f"/g/{door.book}/housing/{find(door).id}/dwelling?{_query(code)}")


def _query(code: str) -> str:
    return urlencode({"code": code})


def work(door: KeeperDoor) -> Response:
    """Write down materials, hands, and that the work was begun. Refuses housing.dwelling_unknown, housing.ahead,
    brigade.material_unreadable."""
    id, code, started = find(door).id, door.form.line("code"), door.form.optional("started")
    wanted = forms.materials(door)
    there = forms.counts(door, "there", 999_999)
    values = {"hands": door.form.number("hands") or 0, "hands_there": door.form.number("hands_there") or 0}
    if started is not None:
        day(started)
        if started > today(door):
            raise Refused("housing.ahead")

    def job(tx: Transaction) -> None:
        under_way(forms.state_in(door, tx), id)
        housing.work(tx, door.book, id, code, started=started, **values)
        before = {each.what: each.there for each in housing.materials(tx.connection, door.book, id, code)}
        counted = dict(zip(before, there, strict=False))
        housing.need(
            tx,
            door.book,
            id,
            code,
            [type(each)(each.what, each.needed, counted.get(each.what, 0)) for each in wanted],
        )

    door.write(job)
    return _dwelling(door)


def hand_over(door: KeeperDoor) -> Response:
    """Hand a dwelling over: accepted, or with what the household still misses. A photo is kept only if the household
    agrees. Sent twice, it counts once. Refuses housing.no_consent, housing.dwelling_unknown, housing.handed_already,
    project.no_words, and what `rules.hand_over` does."""
    id, code, date = find(door).id, door.form.line("code"), door.form.line("date")
    accepted = door.form.line("accepted") == "yes"
    photo = uploads.picture(door.form)
    if photo is not None and not door.form.ticked("agreed"):
        raise Refused("housing.no_consent")
    remark = words(door, "remark") if accepted else forms.must_say(door, "remark")
    with door.store.read() as connection:
        before = housing.must(connection, door.book, id, code)
    if before.handed is not None and not accepted:
        raise Refused("housing.handed_already")
    same = before.handed is not None if accepted else before.remark == remark

    def note(tx: Transaction, _: object) -> None:
        if accepted and housing.must(tx.connection, door.book, id, code).handed is not None:
            raise Refused("housing.handed_already")
        values = {"handed": date, "remark": None} if accepted else {"remark": remark}
        housing.work(tx, door.book, id, code, started=before.started or date, **values)

    record(
        door,
        rules.hand_over,
        done=lambda _: same,
        files={"photo": photo},
        then=note,
        project=id,
        date=date,
        accepted=accepted,
        today=today(door),
    )
    return _dwelling(door)


def drop(door: KeeperDoor) -> Response:
    """Take a dwelling off the list, with all that is known of it. One that was handed over stays. Refuses
    housing.dwelling_unknown, housing.handed_already."""
    id, code = find(door).id, door.form.line("code")

    def job(tx: Transaction) -> None:
        if housing.must(tx.connection, door.book, id, code).handed is not None:
            raise Refused("housing.handed_already")
        housing.drop(tx, door.book, id, code)

    door.write(job)
    door.store.tidy_soon()
    return _home(door, "#list")

"""Surveys as the group and its desk see them: opened, how far they have come, closed, and what they came to."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.responses import Response

from comuna import messages, shipped_surveys
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.paper import survey as paper
from comuna.paper.typeset import PAPERS
from comuna.rules import survey as rules
from comuna.rules import survey_reading
from comuna.rules.charter import Problem
from comuna.rules.state_survey import Survey
from comuna.store import surveys, texts
from comuna.store.writer import Transaction
from comuna.survey_problems import problem_at
from comuna.web import survey_shown
from comuna.web.access import Door, GroupDoor, KeeperDoor, ReaderDoor, new_id

OWN = "own"
"""The group's own questions, not those that come with Comuna."""


def index(door: ReaderDoor) -> Response:
    """The surveys of the group, the newest first."""
    with door.store.read() as connection:
        found = [_listed(door, connection, each) for each in door.state.surveys.all.values()]
    found.sort(key=lambda each: (each.survey.status == "closed", each.survey.opened), reverse=True)
    found.sort(key=lambda each: each.survey.status == "closed")
    return door.page("surveys/index.html", surveys=found)


def _listed(door: GroupDoor, connection: sa.Connection, survey: Survey) -> survey_shown.Listed:
    title = _title(door, connection, survey)
    known = surveys.known(connection, survey.id) if survey.status == "open" else {}
    return survey_shown.Listed(survey, title, survey_shown.progress(door.words, survey, known, whole=door.facilitates))


def _title(door: GroupDoor, connection: sa.Connection, survey: Survey) -> str:
    """What a survey is called in the reader's language, or as it was opened."""
    text = texts.read(connection, survey.questions)
    if text is not None:
        return survey_reading.parse(text).title[door.words.code]
    return texts.read(connection, survey.title) or survey.name


def begin(door: KeeperDoor) -> Response:
    """A form to open a survey."""
    return _begin(door, fields={"survey": new_id(), "form": "housing", "keep": "yes"})


def _begin(
    door: KeeperDoor, *, fields: dict[str, str], problems: list[str] | None = None, status: int = 200
) -> Response:
    return door.page(
        "surveys/new.html",
        status=status,
        forms=shipped_surveys.forms(),
        fields=fields,
        problems=problems or [],
        example=shipped_surveys.text("services").partition("[[questions]]")[0],
    )


def open_survey(door: KeeperDoor) -> Response:
    """Open a survey; sent twice, once. What is wrong with questions of one's own is said line by line."""
    id, chosen = door.form.line("survey"), door.form.line("form")
    fields = {name: door.form.text(name) for name in ("survey", "form", "expected", "keep", "questions")}
    written, problems = _questions(door, chosen)
    form = None
    if not problems:
        form, found = survey_reading.read(written)
        problems = [problem_at(door.words, each) for each in found]
    if form is None:
        return _begin(door, fields={**fields, "questions": written}, problems=problems, status=400)
    name, title = form.name, form.title[door.words.code]
    keep, expected = door.form.line("keep") == "yes", door.form.number("expected") or 0

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and id in s.surveys.all:
            return
        said, asked = texts.new(tx, title), texts.new(tx, written)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.open_survey(
                s,
                by=door.member,
                survey=id,
                name=name,
                title=said.ref,
                questions=asked.ref,
                expected=expected,
                keep=keep,
            ),
            by=door.member,
            with_texts=[said, asked],
        )

    try:
        door.write(job)
    except Refused as refused:
        if refused.code != "survey.expected":
            raise
        status, sentence = messages.refusal(door.words, refused)
        return _begin(door, fields=fields, problems=[sentence], status=status)
    return door.go(f"/g/{door.book}/surveys/{id}")


def _questions(door: KeeperDoor, chosen: str) -> tuple[str, list[str]]:
    """The text of the questions, and what is wrong with it before it is read. Refuses survey.unknown_form."""
    if chosen != OWN:
        if chosen not in shipped_surveys.forms():
            raise Refused("survey.unknown_form", name=chosen[:40])
        return shipped_surveys.text(chosen), []
    uploaded = door.form.files.get("toml", b"")
    if not uploaded:
        return door.form.text("questions").replace("\r\n", "\n"), []
    try:
        return uploaded.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        return "", [problem_at(door.words, Problem(uploaded[: error.start].count(b"\n") + 1, "", "not_text"))]


def survey_of(door: GroupDoor) -> Survey:
    """The survey that the address names. Refuses survey.unknown."""
    return rules.find(door.state, door.request.path_params["survey"])


def show(door: ReaderDoor) -> Response:
    """How far a survey has come; or, once it is closed, what it came to."""
    return _show(door)


def _show(door: GroupDoor, new: dict[str, object] | None = None) -> Response:
    survey = survey_of(door)
    with door.store.read() as connection:
        title = _title(door, connection, survey)
        known = surveys.known(connection, survey.id)
        links = surveys.links(connection, survey.id)
        found = surveys.results_of(connection, survey.results)
        form = surveys.form_of(connection, survey.questions) if texts.read(connection, survey.questions) else None
        visits = surveys.visits(connection, survey.id) if survey.status == "open" else []
    if survey.status == "closed":
        return door.page(
            "surveys/results.html",
            survey=survey,
            title=title,
            found=found,
            shown=survey_shown.pictures(door.words, found) if found else [],
            crosses=survey_shown.crosses(door.words, found) if found else [],
            progress=survey_shown.progress(door.words, survey, {}, whole=False),
            kept=len(known) if survey.kept else 0,
        )
    return door.page(
        "surveys/show.html",
        survey=survey,
        title=title,
        form=form,
        progress=survey_shown.progress(door.words, survey, known, whole=door.facilitates),
        links=survey_shown.links(links, visits),
        conflicts=survey_shown.conflicts(door.words, form, known, links) if form and door.facilitates else [],
        new=new,
        papers=list(PAPERS),
    )


def questions(door: ReaderDoor) -> Response:
    """The exact text of the questions. Refuses survey.questions_erased."""
    survey = survey_of(door)
    text = door.read_text(survey.questions)
    if text is None:
        raise Refused("survey.questions_erased")
    name = f"{survey.name}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/toml; charset=utf-8", headers=headers)


def shipped_file(door: Door) -> Response:
    """The exact text of the questions of a survey that comes with Comuna. Refuses survey.unknown_form."""
    name = door.request.path_params["name"]
    if name not in shipped_surveys.forms():
        raise Refused("survey.unknown_form", name=name[:40])
    headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return Response(shipped_surveys.text(name), media_type="application/toml; charset=utf-8", headers=headers)


def totals(door: ReaderDoor) -> Response:
    """The totals as CSV, small counts kept back. Refuses survey.open, survey.unknown."""
    survey = rules.find(door.state, door.request.path_params["survey"], "closed")
    with door.store.read() as connection:
        found = surveys.results_of(connection, survey.results)
    if found is None:
        raise Refused("survey.unknown")
    text = door.words.text
    table = survey_shown.table(
        found,
        door.words.code,
        few=text("not told"),
        none=text("no answer"),
        head=[text("Question"), text("Answer"), text("Dwellings")],
    )
    headers = {"Content-Disposition": f'attachment; filename="{survey.name}.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


# The desk


def new_link(door: KeeperDoor) -> Response:
    """Make a link for a volunteer. It is shown once, with its code to scan. Refuses survey.too_many_links."""
    survey, label = survey_of(door), door.form.line("label")[:40]
    rules.find(door.state, survey.id, "open")
    key, number = door.write(lambda tx: surveys.new_link(tx, door.book, survey.id, label))
    address = door.url(f"/g/{door.book}/surveys/{survey.id}/link/{key}")
    picture = qr.svg(address, title=door.words.text("QR code that opens the survey"))
    return _show(door, {"number": number, "label": label, "address": address, "picture": picture})


def withdraw_link(door: KeeperDoor) -> Response:
    """End a volunteer's link; what came by it stays."""
    survey, number = survey_of(door), door.form.number("volunteer")
    door.write(lambda tx: surveys.withdraw(tx, survey.id, number or 0))
    return door.go(f"/g/{door.book}/surveys/{survey.id}#links")


def choose(door: KeeperDoor) -> Response:
    """Say which account of a dwelling holds. Refuses survey.no_choice."""
    survey = rules.find(door.state, survey_of(door).id, "open")
    visit, _, digest = door.form.line("account").partition(".")
    code = door.form.line("dwelling")
    door.write(lambda tx: surveys.choose(tx, survey.id, code, visit, digest))
    return door.go(f"/g/{door.book}/surveys/{survey.id}#conflicts")


def close(door: KeeperDoor) -> Response:
    """Close a survey. Sent twice, once. Refuses survey.conflicts, survey.questions_erased."""
    survey = survey_of(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and s.surveys.all[survey.id].status == "open":
            surveys.close(tx, door.store.shelf, door.book, survey.id, by=door.member)

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/surveys/{survey.id}")


def erase(door: KeeperDoor) -> Response:
    """Erase the answers of each dwelling. Sent twice, once."""
    survey = survey_of(door)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and s.surveys.all[survey.id].kept:
            surveys.erase(tx, door.store.shelf, door.book, survey.id, by=door.member)

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/surveys/{survey.id}")


def sheet(door: KeeperDoor) -> Response:
    """A sheet of paper with the questions for one dwelling. Refuses survey.questions_erased."""
    survey, wanted = survey_of(door), door.request.query_params.get("paper", "a4")
    with door.store.read() as connection:
        form = surveys.form_of(connection, survey.questions)
    pdf = paper.sheet(door.words, form, group=door.group_name, paper=wanted if wanted in PAPERS else "a4")
    headers = {"Content-Disposition": f'inline; filename="{survey.name}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)

"""Filling in a survey at the doors: a volunteer's page, which works without a connection once it was opened; and the
desk, which enters sheets of paper."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comuna import messages
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules import survey as rules
from comuna.rules import survey_form, survey_visits
from comuna.rules.survey_visits import DESK, Visit
from comuna.store import surveys
from comuna.store.writer import Transaction
from comuna.web import survey_shown
from comuna.web.access import GroupDoor, new_id
from comuna.web.forms import Form

COOKIE: Final = "volunteer"
"""A volunteer's link, with the path of the survey: sent nowhere else."""
CORRECTED: Final = (
    "survey.unanswered",
    "survey.bad_answer",
    "survey.bad_number",
    "survey.note_too_long",
    "survey.no_dwelling",
    "survey.bad_dwelling",
)
"""What a person can put right in the form, which keeps what they wrote."""


class FillingDoor(GroupDoor):
    """Somebody who fills in a survey; `volunteer` is their number. Refuses survey.unknown, survey.questions_erased."""

    volunteer: int

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.survey = rules.find(self.state, request.path_params["survey"])
        with self.store.read() as connection:
            self.questions = surveys.form_of(connection, self.survey.questions)

    @property
    def path(self) -> str:
        """The page's own path."""
        return f"/g/{self.book}/surveys/{self.survey.id}/{'desk' if self.volunteer == DESK else 'fill'}"

    @property
    def for_script(self) -> bool:
        """Whether the page's script asks, not a person's browser on its own."""
        return "application/json" in self.request.headers.get("accept", "")

    def mine(self) -> list[Visit]:
        """What came from here so far, by dwelling."""
        with self.store.read() as connection:
            every = survey_visits.latest(surveys.visits(connection, self.survey.id)).values()
        return sorted(
            (v for v in every if v.volunteer == self.volunteer and not v.aside), key=lambda v: (v.dwelling, v.visit)
        )


class VolunteerDoor(FillingDoor):
    """A volunteer, by the link that their browser holds. Refuses survey.key_needed, survey.closed."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        key = request.cookies.get(COOKIE)
        if self.survey.status == "closed":
            raise Refused("survey.closed")
        with self.store.read() as connection:
            link = surveys.opened_by(connection, key) if key else None
        if link is None or link.survey != self.survey.id:
            raise Refused("survey.key_needed")
        self.link, self.volunteer = link, link.volunteer


class SurveyDeskDoor(FillingDoor):
    """A facilitator who enters what stands on paper. Refuses organiser.unknown, member.not_facilitator."""

    volunteer = DESK

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.must_facilitate()
        rules.find(self.state, self.survey.id, "open")


# The link


def link(door: GroupDoor) -> Response:
    """A button that lets this browser fill in the survey. Looking uses nothing up: cameras look at addresses before
    people do. Refuses: survey.key_unknown, survey.closed."""
    survey, form = _linked(door)
    return door.page("surveys/link.html", survey=survey, questions=form, here=f"/g/{door.book}/surveys/{survey.id}")


def open_link(door: GroupDoor) -> Response:
    """Let this browser fill in the survey. Refuses: survey.key_unknown, survey.closed."""
    survey, _ = _linked(door)
    here = f"/g/{door.book}/surveys/{survey.id}"
    response = door.go(f"{here}/fill")
    door.set_cookie(response, COOKIE, door.request.path_params["key"], path=here)
    return response


def _linked(door: GroupDoor) -> tuple[Any, survey_form.Form]:
    survey = rules.find(door.state, door.request.path_params["survey"], "open")
    with door.store.read() as connection:
        found = surveys.opened_by(connection, door.request.path_params["key"])
        if found is None or found.survey != survey.id:
            raise Refused("survey.key_unknown")
        return survey, surveys.form_of(connection, survey.questions)


# The form


def show(door: FillingDoor) -> Response:
    """The questions for one dwelling; with `?visit=` those of one that was filled in before, to be answered anew."""
    wanted = door.request.query_params.get("visit", "")
    again = next((each for each in door.mine() if each.visit == wanted), None)
    return _page(door, again=again)


def shell(door: VolunteerDoor) -> Response:
    """The page without a trace of anybody, which the service worker keeps for when there is no connection."""
    door.account = door.member = None
    return _page(door, as_shell=True)


def state(door: VolunteerDoor) -> Response:
    """What came from here, and how far the survey is, for the script."""
    return JSONResponse(_state(door, door.mine()))


def _state(door: FillingDoor, mine: list[Visit]) -> dict[str, object]:
    with door.store.read() as connection:
        known = surveys.known(connection, door.survey.id)
    found = survey_shown.progress(door.words, door.survey, known, whole=True)
    return {
        "mine": [{"visit": v.visit, "edit": v.edit, "dwelling": v.dwelling, "outcome": v.outcome} for v in mine],
        "visited": found.visited,
        "nobody": found.nobody,
        "expected": found.expected,
    }


def _page(
    door: FillingDoor,
    *,
    again: Visit | None = None,
    as_shell: bool = False,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    mine = [] if as_shell else door.mine()
    written = {name[2:]: values for name, values in door.form.fields.items() if name.startswith("q.")}
    return door.page(
        "surveys/fill.html",
        status=status,
        survey=door.survey,
        questions=door.questions,
        desk=door.volunteer == DESK,
        mine=mine,
        data=_state(door, mine),
        as_shell=as_shell,
        again=again,
        fields={
            "visit": door.form.line("visit") or (again.visit if again else new_id()),
            "edit": door.form.line("edit") or (again.edit + 1 if again else 1),
            "dwelling": door.form.line("dwelling") or (again.dwelling if again else ""),
        },
        written=written,
        problem=problem,
        done=door.request.query_params.get("done", ""),
        longest=survey_form.LONGEST_NOTE,
    )


def take(door: FillingDoor) -> Response:
    """Take in the account of a dwelling; sent twice, once. A form keeps what was written where something is missing.
    Refuses survey.closed, survey.full, survey.bad_visit."""
    try:
        visit = _brought(door)
        door.write(lambda tx: _take(door, tx, visit))
    except Refused as refused:
        told = _in_words(door, refused)
        if door.for_script or refused.code not in CORRECTED:
            raise told from refused
        status, sentence = messages.refusal(door.words, told)
        return _page(door, problem=sentence, status=status)
    if door.for_script:
        return JSONResponse({"taken": True, "state": _state(door, door.mine())})
    return door.go(f"{door.path}?done={visit.outcome}")


def _take(door: FillingDoor, tx: Transaction, visit: Visit) -> None:
    s = door.store.state(tx.connection, door.book)
    assert s is not None
    survey = rules.find(s, door.survey.id, "open")
    surveys.take(tx, door.book, survey.id, visit, expected=survey.expected)


def _brought(door: FillingDoor) -> Visit:
    """The account that a form brings. Who fills in the same dwelling again without the script corrects it."""
    code = survey_form.dwelling(door.form.text("dwelling"))
    outcome, id, edit = door.form.line("outcome"), door.form.line("visit"), door.form.number("edit") or 0
    if not ID.fullmatch(id):
        raise Refused("survey.bad_visit")
    if not door.for_script:
        before = next((v for v in door.mine() if v.dwelling == code and v.visit != id), None)
        if before is not None:
            id, edit = before.visit, before.edit + 1
    given = {q.id: door.form.all(f"q.{q.id}") for q in door.questions.questions}
    answers = survey_form.fitting(door.questions, given) if outcome == "answered" else {}
    return survey_visits.visit(
        id=id, volunteer=door.volunteer, dwelling=code, outcome=outcome, edit=edit, answers=answers
    )


def _in_words(door: FillingDoor, refused: Refused) -> Refused:
    """A refusal that names a question, with the question's words."""
    id = refused.arguments.get("question")
    if id is None:
        return refused
    words = door.questions.question(str(id)).ask[door.words.code]
    return Refused(refused.code, **{**refused.arguments, "question": words})


def forget(door: GroupDoor) -> Response:
    """Let this browser forget the link; what was sent stays."""
    here = f"/g/{door.book}/surveys/{rules.find(door.state, door.request.path_params['survey']).id}"
    response = door.page("surveys/forgotten.html")
    response.delete_cookie(COOKIE, path=here)
    return response

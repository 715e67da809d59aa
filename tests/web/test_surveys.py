"""Surveys on the website: the desk, a volunteer without scripts, and what nobody may see."""

from __future__ import annotations

import re

from starlette.testclient import TestClient
from tests.cast import an_id
from tests.survey_answers import HOUSING
from tests.web.conftest import Site

from comuna import shipped_surveys
from comuna.rules.register import Given
from comuna.store import cards, people, register, surveys
from comuna.store.writer import Transaction

SURVEY = an_id(900)
JSON = {"accept": "application/json"}


def here(site: Site, rest: str = "") -> str:
    return f"/g/{site.world.book}/surveys{rest}"


def opened(site: Site, rosa: TestClient, **fields: str) -> str:
    """Rosa opens the housing survey: where it is."""
    form = {"survey": SURVEY, "form": "housing", "expected": "40", "keep": "yes", **fields}
    answer = rosa.post(here(site, "/new"), data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def linked(site: Site, rosa: TestClient, survey: str) -> TestClient:
    """A volunteer whose browser holds a link."""
    page = rosa.post(f"{survey}/links", data={"label": "Calle 3"}).text
    path = re.search(r"http://testserver(/g/[^<\s]+/link/[a-z2-7]+)", page)[1]
    volunteer = site.visitor()
    assert volunteer.get(path).status_code == 200
    volunteer.post(path)
    return volunteer


def account(n: int, dwelling: str, **changes: object) -> dict[str, object]:
    """An account as the form brings it."""
    fields = {f"q.{name}": value for name, value in {**HOUSING, **changes}.items()}
    return {"visit": an_id(n), "edit": "1", "dwelling": dwelling, "outcome": "answered", **fields}


def reader(site: Site) -> TestClient:
    """A member who reads the book, by their card."""
    store, book = site.world.store, site.world.book
    phone = site.visitor()

    def job(tx: Transaction) -> str:
        given = Given(name="Luz Mar", rights={})
        member = register.add(tx, store.shelf, book, given, by=site.world.rosa).member
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, book, {member: digest})
        return key

    assert phone.post(f"/m/{store.write(job)}").status_code == 200
    return phone


def known(site: Site) -> dict[str, str]:
    with site.world.store.read() as connection:
        return {code: each.outcome for code, each in surveys.known(connection, SURVEY).items()}


def test_a_survey_from_the_first_page_to_the_totals(site: Site):
    rosa = site.rosa()
    assert "No survey was opened yet" in rosa.get(here(site)).text
    survey = opened(site, rosa)
    assert opened(site, rosa) == survey, "sent twice, once"
    assert site.world.state().surveys.all[SURVEY].expected == 40
    volunteer = linked(site, rosa, survey)
    for n in range(1, 13):
        answer = volunteer.post(f"{survey}/fill", data=account(n, f"c {n}"), headers=JSON)
        assert answer.json()["taken"], answer.text
    volunteer.post(f"{survey}/fill", data=account(12, "c12"), headers=JSON)
    volunteer.post(f"{survey}/fill", data={**account(20, "c20"), "outcome": "refused"})
    assert len(known(site)) == 13
    state = volunteer.get(f"{survey}/fill/state.json").json()
    assert (state["visited"], state["expected"], len(state["mine"])) == (13, 40, 13)
    assert "slab" not in str(state), "answers are not given out again"
    assert "C20" not in rosa.get(survey).text, "who did not want to is not told"
    assert "<b>1</b> did not want to" in rosa.get(survey).text
    phone = reader(site)
    for page in (phone.get(survey).text, phone.get(here(site)).text):
        assert "<b>13</b> visited" in page, "a reader learns no outcome by looking before and after a visit"
        assert "did not want to</li>" not in page
    rosa.post(f"{survey}/close")
    rosa.post(f"{survey}/close")
    page = rosa.get(survey).text
    assert "dwellings answered" in page
    table = rosa.get(f"{survey}/results.csv").text
    assert "What is the roof made of?,Concrete slab,12" in table
    assert len(rosa.get(f"{survey}/questions.toml").text) == len(shipped_surveys.text("housing"))
    assert volunteer.post(f"{survey}/fill", data=account(30, "c30"), headers=JSON).json()["refused"] == "survey.closed"
    with site.world.store.read() as connection:
        assert len(surveys.dwellings(connection, SURVEY)) == 12
    rosa.post(f"{survey}/erase")
    rosa.post(f"{survey}/erase")
    with site.world.store.read() as connection:
        assert surveys.dwellings(connection, SURVEY) == []
    assert "are erased" in rosa.get(survey).text


def test_a_form_without_scripts_keeps_what_was_written(site: Site):
    rosa = site.rosa()
    survey = opened(site, rosa)
    volunteer = linked(site, rosa, survey)
    page = volunteer.post(f"{survey}/fill", data=account(1, "12", rooms="many", note="se mete la lluvia"))
    assert page.status_code == 400
    assert "A whole number from 0 to 20" in page.text
    assert "se mete la lluvia" in page.text
    assert f'value="{an_id(1)}"' in page.text
    assert known(site) == {}
    volunteer.post(f"{survey}/fill", data=account(1, "12"))
    volunteer.post(f"{survey}/fill", data=account(2, "12", state="replace"))
    assert known(site) == {"12": "answered"}, "the same person corrects, and does not contradict"


def test_two_accounts_wait_for_the_desk(site: Site):
    rosa = site.rosa()
    survey = opened(site, rosa, keep="no")
    one, two = linked(site, rosa, survey), linked(site, rosa, survey)
    one.post(f"{survey}/fill", data=account(1, "12"))
    two.post(f"{survey}/fill", data=account(2, "12", state="replace"))
    assert known(site) == {"12": "conflict"}
    assert rosa.post(f"{survey}/close").status_code == 409
    page = rosa.get(survey).text
    assert "It must be replaced" in page
    chosen = re.findall(r'name="account" value="([a-z2-7]{26}\.[0-9a-f]{64})"', page)
    assert len(chosen) == 2
    rosa.post(f"{survey}/choose", data={"dwelling": "12", "account": chosen[0]})
    assert known(site) == {"12": "answered"}
    assert rosa.post(f"{survey}/close").status_code == 200
    assert known(site) == {}


def test_what_only_some_may(site: Site):
    rosa, stranger = site.rosa(), site.visitor()
    survey = opened(site, rosa)
    volunteer = linked(site, rosa, survey)
    assert stranger.get(survey).status_code == 403
    assert stranger.get(here(site, "/new")).status_code in (401, 403)
    assert stranger.get(f"{survey}/fill").status_code == 403
    assert stranger.post(f"{survey}/fill", data=account(1, "1")).status_code == 403
    assert stranger.get(f"{survey}/link/{'a' * 32}").status_code == 404
    assert stranger.get(f"{survey}/desk").status_code in (401, 403)
    assert volunteer.get(survey).status_code == 403, "a volunteer fills in, and reads nothing"
    assert volunteer.post(f"{survey}/close").status_code in (401, 403)
    rosa.post(f"{survey}/links/withdraw", data={"volunteer": "1"})
    told = volunteer.post(f"{survey}/fill", data=account(1, "1"), headers=JSON).json()
    assert told["refused"] == "survey.key_needed"


def test_the_page_for_no_connection_has_nothing_of_anybody(site: Site):
    rosa = site.rosa()
    survey = opened(site, rosa)
    volunteer = linked(site, rosa, survey)
    volunteer.post(f"{survey}/fill", data=account(1, "SECRET-1"), headers=JSON)
    assert "SECRET-1" in volunteer.get(f"{survey}/fill").text
    assert "SECRET-1" not in volunteer.get(f"{survey}/fill/shell").text


def test_questions_of_ones_own_are_checked_and_what_was_written_stays(site: Site):
    rosa = site.rosa()
    form = {"survey": SURVEY, "form": "own", "expected": "9", "keep": "no", "questions": 'name = "x"\nversion = 0\n'}
    page = rosa.post(here(site, "/new"), data=form)
    assert page.status_code == 400
    assert "line 2" in page.text
    assert "version = 0" in page.text
    own = shipped_surveys.text("services").replace("30", "30")
    assert rosa.post(here(site, "/new"), data={**form, "expected": "", "questions": own}).status_code == 400
    sent = {"toml": ("own.toml", own.encode())}
    rosa.post(here(site, "/new"), data=form, files=sent)
    assert site.world.state().surveys.all[SURVEY].name == "services"
    assert rosa.get("/surveys/services.toml").text == shipped_surveys.text("services")


def test_paper_is_printed_and_entered_at_the_desk(site: Site):
    rosa = site.rosa()
    survey = opened(site, rosa)
    for paper in ("a4", "letter"):
        assert rosa.get(f"{survey}/sheet.pdf?paper={paper}").content.startswith(b"%PDF")
    rosa.post(f"{survey}/desk", data=account(1, "12"))
    rosa.post(f"{survey}/desk", data={**account(2, "13"), "outcome": "nobody"})
    assert known(site) == {"12": "answered", "13": "nobody"}

"""A co-operative has the funds of its law on its pages; another is refused, and what an amendment took out is shown."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.rules.treasury import with_funds
from tests.web.conftest import Site
from tests.web.council import Council

from comuna import shipped_charters
from comuna.rules import assembly, charter


class Cooperative:
    """A Spanish co-operative and its desk."""

    def __init__(self, site: Site) -> None:
        self.group = Council(site, shipped_charters.text("spanish-cooperative"))
        self.desk: TestClient = site.rosa()
        self.names = 0

    def path(self, rest: str = "") -> str:
        """An address of the room."""
        return f"/g/{self.group.book}/money{rest}"

    def receive(self, fund: str, language: str = "es") -> str:
        """Ten euros come in."""
        self.names += 2
        form = {"id": an_id(900 + self.names), "other": an_id(901 + self.names), "institution": "Socias", "fund": fund}
        sum = {"amount": "10", "currency": "EUR"}
        return self.desk.post(self.path("/receive"), data=form | sum, headers={"Accept-Language": language}).text

    def page(self, rest: str = "") -> BeautifulSoup:
        """A page of the room, in Spanish."""
        return BeautifulSoup(self.desk.get(self.path(rest), headers={"Accept-Language": "es"}).text, "lxml")

    def amend(self, text: str) -> None:
        """The co-operative takes another charter."""
        act = assembly.CharterAmended(decision=an_id(1), charter=text, charter_digest=charter.digest(text))
        self.group.act(lambda _: act)


@pytest.fixture
def cooperative(site: Site) -> Cooperative:
    return Cooperative(site)


def said(found: BeautifulSoup, where: str) -> list[str]:
    """What stands there, one thing after another."""
    return [" ".join(each.get_text(" ").split()) for each in found.select(where)]


def test_a_co_operative_receives_into_its_reserve(cooperative: Cooperative) -> None:
    c = cooperative
    assert said(c.page("/new/receive"), "#fund option")[1] == "Fondo de reserva obligatorio"
    c.receive("reserve")
    page = c.page()
    assert said(page, ".fund")[1] == "Fondo de reserva obligatorio 10,00 €"
    assert "queda: Fondo de reserva obligatorio" in said(page, ".flow-figure td")
    english = c.desk.get(c.path("/money.beancount"), headers={"Accept-Language": "en"}).text
    assert 'open Assets:Fund-Reserve\n  name: "Compulsory reserve fund"' in english
    assert "fund:reserve,Fondo de reserva obligatorio,10.00,EUR" in str(c.page("/money.csv"))
    rule = said(BeautifulSoup(c.desk.get(f"/g/{c.group.book}/charter").text, "lxml"), "[id='funds.reserve.purpose']")
    assert "Art. 55 Ley 27/1999 de Cooperativas" in rule[0]


def test_a_fund_that_the_charter_does_not_have_is_refused_in_both_languages(cooperative: Cooperative) -> None:
    assert "The charter has no fund “social”. It has: operating, reserve, education." in cooperative.receive(
        "social", "en"
    )
    assert "El reglamento no tiene el fondo «social»." in cooperative.receive("social")


def test_what_an_amendment_took_out_is_shown_and_only_left(cooperative: Cooperative) -> None:
    c = cooperative
    c.receive("reserve")
    c.receive("education")
    c.amend(with_funds("operating", "reserve"))
    assert said(c.page(), ".fund.gone h3") == ["Fondo de educación y promoción"]
    assert "El reglamento ya no tiene el fondo" in c.receive("education")
    out, into = (said(c.page("/new/move"), f"#{each} option") for each in ("fund", "to_fund"))
    assert out == [*into, "Fondo de educación y promoción (ya no está en el reglamento)"]
    told = c.desk.get(f"/b/{c.group.book}", headers={"Accept-Language": "es"}).text
    assert "al fondo «Fondo de educación y promoción»" in told, "and the book still calls it by its name"
    account = c.desk.get(c.path("/accounts"))
    assert account.status_code == 200


def test_where_the_charter_names_none_nobody_is_asked_for_a_fund(cooperative: Cooperative) -> None:
    c = cooperative
    c.amend(with_funds())
    form = c.page("/new/receive")
    assert [each["value"] for each in form.select("input[type=hidden][name=fund]")] == ["general"]
    c.receive("general")
    assert said(c.page(), ".fund") == ["Fondo general 10,00 €"]

"""The page of a charter: a group's own, and those that come with Comuna."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from tests.cast import CHARTER, an_id
from tests.web.conftest import Site

from comuna import shipped_charters
from comuna.rules import assembly, charter


def amended(site: Site, kind: str) -> str:
    """The circle takes another charter; its text."""
    text = shipped_charters.text(kind)
    act = assembly.CharterAmended(decision=an_id(1), charter=text, charter_digest=charter.digest(text))
    site.world.act(lambda _: act)
    return text


def page(site: Site, path: str, language: str = "en") -> BeautifulSoup:
    """A page as somebody sees it who has never been here."""
    answer = site.visitor(language).get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def rule(shown: BeautifulSoup, place: str) -> str:
    """What the page says at a rule, on one line."""
    found = shown.find(id=place)
    assert found is not None, place
    return " ".join(found.get_text(" ").split())


def test_the_groups_page_leads_to_its_charter_and_anybody_may_read_it(site: Site):
    group = f"/g/{site.world.book}"
    link = page(site, group).find("a", string="Charter")
    assert link is not None
    shown = page(site, str(link["href"]))
    assert "Whoever comes is enough." in rule(shown, "gatherings.assembly.quorum")
    assert "What this charter leaves open: 2" in shown.get_text()


def test_the_exact_text_lies_beside_it_with_its_digest(site: Site):
    group = f"/g/{site.world.book}"
    answer = site.visitor().get(f"{group}/charter.toml")
    assert answer.content == CHARTER.encode()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    shown = page(site, f"{group}/charter")
    assert charter.digest(CHARTER) in shown.get_text()
    assert shown.find("a", href=f"{group}/charter.toml") is not None


def test_a_rule_stands_beside_its_article_and_its_day(site: Site):
    amended(site, "communal-council-2009")
    shown = page(site, f"/g/{site.world.book}/charter")
    said = rule(shown, "gatherings.assembly.quorum")
    assert "First call: at least 30% of everybody on the roll. Second call: at least 20%" in said
    assert "Art. 22 Ley Orgánica de los Consejos Comunales (2009) since December 28, 2009" in said


def test_what_is_open_or_contradictory_is_marked_and_listed_on_top(site: Site):
    shown = page(site, "/charters/communal-council-2009")
    petition = rule(shown, "recall.received_by")
    assert "contradictory The law says two things:" in petition
    assert "Coordinating collective. Art. 40" in petition
    assert "Social control unit. Art. 41" in petition
    assert "left open It is not settled how early it must be called." in rule(shown, "gatherings.assembly.notice")
    listed = [str(a["href"]) for a in shown.select(".open-list a")]
    assert listed[0] == "#recall.received_by"
    assert "#gatherings.assembly.notice" in listed
    assert all(shown.find(id=place[1:]) is not None for place in listed)


def test_quorums_and_majorities_are_drawn_to_scale_for_the_eye_alone(site: Site):
    shown = page(site, "/charters/communal-council-2009")
    quorum = shown.find(id="gatherings.assembly.quorum")
    assert quorum is not None
    assert [each["width"] for each in quorum.select("rect.needed")] == ["30.0", "20.0"]
    assert all(each.get("aria-hidden") == "true" for each in shown.select(".shares"))
    majority = shown.find(id="decisions.ordinary.majority")
    assert majority is not None
    assert majority.select(".share-written")[0].get_text() == "> 50%"


def test_units_of_which_the_charter_says_the_same_are_told_once(site: Site):
    shown = page(site, "/charters/communal-council-2009")
    assert rule(shown, "units.executive.term_months").startswith(
        "Executive unit, Administrative and financial unit, Social control unit A term lasts 2 years. Art. 12"
    )
    assert shown.find(id="units.finance.term_months") is None


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", list(shipped_charters.kinds()))
def test_every_charter_has_its_page_in_both_languages(site: Site, kind: str, language: str):
    shown = page(site, f"/charters/{kind}", language)
    rules = charter.parse(shipped_charters.text(kind))
    assert rules.title[language] in shown.get_text()
    assert "%(" not in shown.get_text()
    ids = [each["id"] for each in shown.select("[id]")]
    assert len(ids) == len(set(ids))
    for each in shown.select("[style], style"):
        raise AssertionError(f"inline style: {each}")
    assert site.visitor().get(f"/charters/{kind}.toml").text == shipped_charters.text(kind)


def test_the_list_leads_to_each_with_a_sentence_about_it(site: Site):
    shown = page(site, "/charters")
    links = [str(a["href"]) for a in shown.select(".charters a")]
    assert links == [f"/charters/{kind}" for kind in list(shipped_charters.kinds())]
    council = charter.parse(shipped_charters.text("communal-council-2009"))
    assert council.about["en"] in shown.get_text()
    assert re.search(r"\d+ rules, \d+ left open, 1 contradictory", shown.get_text())


@pytest.mark.parametrize("kind", ["nowhere", "A", "%2e%2e%2fREADME", "study-circle.toml.toml"])
def test_there_is_no_other_charter(site: Site, kind: str):
    answer = site.visitor().get(f"/charters/{kind}")
    assert answer.status_code == 404

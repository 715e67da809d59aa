"""Offices outside the hall: terms, candidacies, endings, recalls by their clocks, challenges, decisions."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.rules.assemblies import entry, rule
from tests.web.conftest import Site
from tests.web.council import AMARU, CHARTER, FIRST, INES, NOOR, Council

from comuna.rules import recall as recalls
from comuna.rules import vote
from comuna.rules.recall import RecallDecided
from comuna.rules.register import Given
from comuna.store import register as registers


@pytest.fixture
def council(site: Site) -> Council:
    """A council with a pump to repair and a finance unit of two, with an alternate."""
    made = Council(site)
    made.name(INES, "Inés Soto")
    made.call()
    made.open()
    pump = made.move(301, "Repair the pump.")
    made.hands(made.ask(302, pump), 42, 30, 8)
    made.decide(303, pump, owner="The water committee", due="2027-01-15")
    for each in (INES, AMARU, NOOR):
        made.stand(each)
    made.elect(304, {INES: 31, AMARU: 25, NOOR: 20}, (INES, AMARU), (NOOR,))
    return made


def read(client: TestClient, path: str) -> BeautifulSoup:
    """A page, as a browser has it."""
    found = client.get(path)
    assert found.status_code == 200, found.text
    return BeautifulSoup(found.text, "lxml")


def at(council: Council, rest: str = "offices") -> str:
    """An address of the council."""
    return f"/g/{council.book}/{rest}"


def mandate(council: Council, member: str) -> str:
    """The office that a member was elected to."""
    return next(m.id for m in council.state.mandates.values() if m.member == member)


# Terms


def test_each_unit_shows_who_holds_it_until_when_and_who_steps_in(site: Site, council: Council):
    finance = read(site.rosa(), at(council)).select_one("#unit-finance")
    assert "2 seats · term of 24 months · not together with: Control" in " ".join(finance.text.split())
    seats = finance.select(".seat")
    assert sorted(seat.select_one("b").text for seat in seats) == ["2002", "Inés Soto (2001)"]
    assert "731 days left" in seats[0].text
    assert seats[0].select_one("svg.term")
    assert "Step in next, in this order: 2003" in finance.text
    control = read(site.rosa(), at(council)).select_one("#unit-control")
    assert "1 seat is free." in control.text


def test_what_expires_within_two_months_is_marked_and_what_is_over_more_so(site: Site, council: Council):
    rosa = site.rosa()
    assert not read(rosa, at(council)).select(".seat.soon, .seat.over")
    council.clock.forward(days=731 - 61)
    page = read(rosa, at(council))
    assert len(page.select(".seat.soon")) == 2
    assert "2 terms end within two months." in page.select_one(".soon-box").text
    council.clock.forward(days=61)
    page = read(rosa, at(council))
    assert len(page.select(".seat.over")) == 2
    assert "2 terms are over, and nobody was elected since." in page.select_one(".problem").text
    assert "2 seats are free." in page.select_one("#unit-finance").text


def test_the_calendar_tells_offices_and_days_but_nobodys_number(site: Site, council: Council):
    found = site.visitor().get(at(council, "offices.ics"))
    assert found.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:2 terms end: Finance" in found.text
    assert "DTSTART;VALUE=DATE:20281202" in found.text
    assert "TRIGGER:-P61D" in found.text
    assert INES not in found.text
    assert site.visitor("es").get(at(council, "offices.ics")).text.count("SUMMARY:Terminan 2 mandatos") == 1


def test_members_read_it_and_strangers_do_not(site: Site, council: Council):
    for page in ("offices", "recalls", "challenges", "decisions"):
        assert site.visitor().get(at(council, page)).status_code == 403
        assert site.visitor("es").get(at(council, page)).status_code == 403
    assert f'href="{at(council)}"' in site.rosa().get(f"/g/{council.book}").text
    assert f'href="{at(council)}"' not in site.visitor().get(f"/g/{council.book}").text
    assert "names no offices" in read(site.rosa(), f"/g/{site.world.book}/offices").text


# Candidacies and endings


def test_who_stands_is_found_eligible_first_and_can_withdraw(site: Site, council: Council):
    rosa = site.rosa()
    sent = {"unit": "control", "candidate": NOOR}
    refused = rosa.post(at(council, "offices/stand"), data=sent)
    assert refused.status_code == 409
    assert "The desk must attest the rest." in refused.text
    assert rosa.post(at(council, "offices/stand"), data={**sent, "candidate": "9"}).status_code == 404
    size = council.state.size
    for _ in range(2):
        assert rosa.post(at(council, "offices/stand"), data={**sent, "attest": "unsaid"}).status_code == 200
    assert council.state.size == size + 1
    assert "found eligible" in read(rosa, at(council)).select_one("#unit-control .stands").text
    assert (
        rosa.post(at(council, "offices/stand"), data={**sent, "candidate": INES, "attest": "unsaid"}).status_code == 409
    )
    for _ in range(2):
        assert rosa.post(at(council, "offices/withdraw"), data=sent).status_code == 200
    assert council.state.candidates["control"] == ()
    assert site.visitor().post(at(council, "offices/stand"), data=sent).status_code in (401, 403)


def conditions(client: TestClient, council: Council, candidate: str, unit: str = "control") -> dict[str, list[str]]:
    """What the page says of each condition: met, missing, to attest."""
    page = read(client, at(council, f"offices/stand?unit={unit}&candidate={candidate}"))
    found: dict[str, list[str]] = {}
    for line in page.select(".conditions > li"):
        found.setdefault(line["class"][0], []).append(" ".join(line.select_one("div").text.split()))
    assert bool(page.select("main form button")) == ("missing" not in found)
    return found


def test_each_condition_of_the_charter_is_shown_as_it_is(site: Site):
    wanted = (
        CHARTER
        + entry("rights.stand", "Standing for office")
        + rule("rights.stand.requires", "{ over_age = 15, residence_months = 12 }")
        + rule("units.control.requires", '{ right = "stand" }')
        + rule("units.finance.requires", "{ from_age = 18, residence_months = 6 }")
        + rule("units.finance.reelection", "{ allowed = true, terms_in_a_row = 1 }")
    )
    council, rosa = Council(site, wanted), site.rosa()
    assert conditions(rosa, council, NOOR) == {
        "attest": [
            "To be attested: The right “Standing for office” (more than 15 years old, resident for 12 months): the "
            "register does not keep it. The desk has made sure of it, and attests it"
        ],
        "met": [
            "Fulfilled: They stand for no other unit.",
            "Fulfilled: They are not barred by a recall.",
            "Fulfilled: They are in no unit that excludes this one.",
        ],
    }
    may, may_not = (
        council.store.write(
            lambda tx, name=name, rights=rights: registers.add(
                tx, council.store.shelf, council.book, Given(name=name, rights=rights), by=council.rosa
            )
        ).member
        for name, rights in (("Luz", {"stand": "2026-Q1"}), ("Sol", {"vote": "2026-Q1"}))
    )
    assert "the register has it" in conditions(rosa, council, may)["met"][0]
    assert "by the register they do not have it today" in conditions(rosa, council, may_not)["missing"][0]
    sent = {"unit": "control", "candidate": may_not, "attest": "right"}
    refused = rosa.post(at(council, "offices/stand"), data=sent)
    assert refused.status_code == 409, "what the register says, no desk attests otherwise"
    assert rosa.post(at(council, "offices/stand"), data={**sent, "candidate": may}).status_code == 200
    asked = conditions(rosa, council, INES, "finance")["attest"]
    assert ["18 years or older" in asked[0], "resident for 6 months" in asked[1]] == [True, True]
    council.call()
    council.open()
    council.stand(INES)
    council.elect(304, {INES: 31}, (INES,))
    served = conditions(rosa, council, INES, "finance")["missing"]
    assert served == ["Not fulfilled: They have served all the terms in a row that the charter allows."]
    excluded = conditions(rosa, council, INES)["missing"]
    assert excluded[1:] == ["Not fulfilled: They are in a unit that excludes this one: Finance."]
    asked = {"mandate": f"{an_id(304)}.0", "cause": "funds", "asked_by": "control", "received_by": "control"}
    council.act(lambda s: recalls.petition(s, by=council.rosa, recall=an_id(1), today=council.today, **asked))
    council.act(lambda s: RecallDecided(
        gathering=FIRST, recall=an_id(1), mandate=f"{an_id(304)}.0", member=AMARU, vote=an_id(304), recalled=True,
        barred_until="2032-12-02",
    ))  # fmt: skip
    page = read(rosa, at(council, f"offices/stand?unit=finance&candidate={AMARU}"))
    assert "2002 may not stand for this office. They were recalled, and may not stand before" in " ".join(
        page.select_one(".problem").text.split()
    )
    assert rosa.get(at(council, "offices/stand?unit=nothing&candidate=2001")).status_code == 400
    assert rosa.get(at(council, "offices/stand?unit=finance&candidate=1")).status_code == 404
    assert site.visitor().get(at(council, f"offices/stand?unit=finance&candidate={INES}")).status_code in (401, 403)


def test_an_alternate_who_may_not_step_in_is_passed_over_and_the_page_says_why(site: Site, council: Council):
    council.stand(NOOR, "control")
    council.elect(305, {NOOR: 31}, (NOOR,), unit="control")
    finance = " ".join(read(site.rosa(), at(council)).select_one("#unit-finance").text.split())
    assert "2003. They are in a unit that excludes this one: Control." in finance
    assert "Nobody steps in: there is no alternate who may." in finance


def test_an_office_ends_once_and_the_alternate_steps_in_as_was_shown(site: Site, council: Council):
    rosa = site.rosa()
    page = read(rosa, at(council))
    assert "2003 steps in for the rest of the term" in page.select_one(".seat details").text
    held = mandate(council, INES)
    sent = {"mandate": held, "reason": "resigned", "successor": NOOR}
    other = rosa.post(at(council, "offices/end"), data={**sent, "successor": AMARU})
    assert other.status_code == 409
    assert "Meanwhile somebody else would step in: member 2003." in other.text
    assert rosa.post(at(council, "offices/end"), data={**sent, "reason": "recalled"}).status_code == 400
    size = council.state.size
    for _ in range(2):
        assert rosa.post(at(council, "offices/end"), data=sent).status_code == 200
    assert council.state.size == size + 1
    assert council.state.mandates[held].ended == "resigned"
    seats = read(rosa, at(council)).select("#unit-finance .seat b")
    assert {each.text for each in seats} == {"2002", "2003"}


def test_an_office_whose_term_is_over_can_be_closed_and_nobody_steps_in(site: Site, council: Council):
    council.clock.forward(days=740)
    rosa, held = site.rosa(), mandate(council, INES)
    assert "The term is over: the seat stays free" in read(rosa, at(council)).select_one(".seat details").text
    rosa.post(at(council, "offices/end"), data={"mandate": held, "reason": "over"})
    assert council.state.mandates[held].ended == "over"
    assert not any(m.member == NOOR for m in council.state.mandates.values())


# Recall


def begin(site: Site, council: Council, **changes: str) -> str:
    """Ask for the recall of Inés; the address of it."""
    sent = {
        "recall": an_id(400), "mandate": mandate(council, INES), "cause": "funds", "asked_by": "roll",
        "received_by": "control", **changes,
    }  # fmt: skip
    assert site.rosa().post(at(council, "recalls/new"), data=sent).status_code == 200
    return at(council, f"recalls/{an_id(400)}")


def test_where_the_charter_contradicts_itself_both_readings_are_shown_and_one_is_chosen(site: Site, council: Council):
    rosa, held = site.rosa(), mandate(council, INES)
    form = read(rosa, at(council, f"recalls/new?mandate={held}"))
    readings = [" ".join(each.parent.text.split()) for each in form.select("[name=received_by]")]
    assert readings == ["Finance (Art. 40)", "Control (Art. 41)"]
    assert "20 of 200 on the roll must sign" in form.text
    assert [each["value"] for each in form.select("[name=cause] option")] == ["absent", "funds"]
    sent = {"recall": an_id(400), "mandate": held, "cause": "funds", "asked_by": "roll"}
    refused = rosa.post(at(council, "recalls/new"), data=sent)
    assert refused.status_code == 409
    assert "The charter says two things about who receives this request." in refused.text
    size = council.state.size
    for _ in range(2):
        rosa.post(at(council, "recalls/new"), data={**sent, "received_by": "control"})
    assert council.state.size == size + 1
    page = read(rosa, at(council, f"recalls/{an_id(400)}")).text
    assert "Cause: Misuse of funds. Received by: Control." in page
    assert "A recall is under way" in read(rosa, at(council)).text


def test_a_recall_goes_step_by_step_with_its_clocks(site: Site, council: Council):
    rosa, path = site.rosa(), begin(site, council)
    assert "20 of 200 on the roll are needed" in read(rosa, path).text
    assert rosa.post(f"{path}/report", data={"text": "Early."}).status_code == 409
    counted = {"signatures": "23", "roll": "200"}
    assert rosa.post(f"{path}/certify", data=counted).status_code == 400, "the sheets must be destroyed"
    size = council.state.size
    for _ in range(2):
        assert rosa.post(f"{path}/certify", data={**counted, "destroyed": "1"}).status_code == 200
    assert rosa.post(f"{path}/certify", data={**counted, "signatures": "99", "destroyed": "1"}).status_code == 409
    assert council.state.size == size + 1
    page = read(rosa, path)
    assert "23 signed; 20 of 200 on the roll were needed." in page.text
    assert "15 days left" in page.select_one(".due").text
    council.clock.forward(days=16)
    assert "1 day over" in read(rosa, path).select_one(".due.late").text
    for _ in range(2):
        assert rosa.post(f"{path}/report", data={"text": "Three cheques without a voucher."}).status_code == 200
    assert rosa.post(f"{path}/report", data={"text": "Something else."}).status_code == 409
    assert not read(rosa, path).select(".notice"), "whoever is to be recalled is heard first"
    assert rosa.post(f"{path}/defend", data={"text": ""}).status_code == 400
    for _ in range(2):
        assert rosa.post(f"{path}/defend", data={"silent": "1"}).status_code == 200
    assert council.state.size == size + 3
    page = read(rosa, path)
    assert "Three cheques without a voucher." in page.text
    assert "Inés Soto (2001) did not want to be heard." in page.text
    assert "Ready for the assembly." in page.select_one(".notice").text
    assert "ready for the assembly" in read(rosa, at(council, "recalls")).text


def test_too_few_signatures_end_it(site: Site, council: Council):
    rosa, path = site.rosa(), begin(site, council)
    rosa.post(f"{path}/certify", data={"signatures": "19", "roll": "200", "destroyed": "1", "short": "1"})
    assert "too few, so the recall ends here" in read(rosa, path).text
    assert "too few signatures" in read(rosa, at(council, "recalls")).text


def test_what_a_unit_asks_for_needs_no_signatures_and_its_clock_runs_at_once(site: Site, council: Council):
    rosa, path = site.rosa(), begin(site, council, asked_by="control")
    page = read(rosa, path)
    assert "By this unit: Control." in page.text
    assert not page.select("[name=signatures]")
    assert "15 days left" in page.select_one(".due").text
    counted = {"signatures": "1", "roll": "200", "destroyed": "1", "short": "1"}
    assert rosa.post(f"{path}/certify", data=counted).status_code == 409
    assert rosa.post(f"{path}/report", data={"text": "It is so."}).status_code == 200


def test_the_verdict_says_who_steps_in_and_for_how_long_nobody_may_stand(site: Site, council: Council):
    rosa, path = site.rosa(), begin(site, council, asked_by="control")
    rosa.post(f"{path}/report", data={"text": "It is so."})
    rosa.post(f"{path}/defend", data={"text": "It is not so."})
    asked = council.ask(410, an_id(400), "recall", subject="recall")
    council.hands(asked, 60, 10, 10)
    decided = {"by": council.rosa, "gathering": FIRST, "recall": an_id(400), "vote": asked, "today": council.today}
    council.act(lambda s: recalls.decide(s, **decided))
    page = " ".join(read(rosa, path).text.split())
    assert "Inés Soto (2001) is recalled. They may not stand before" in page
    assert "2003 steps in." in page


def test_no_page_and_no_act_tells_who_signed(site: Site, council: Council):
    page = read(site.visitor(), at(council, "recalls/petition")).text
    assert "who signed, and who did not: there is no page for it" in page
    assert "They are in no backup" in page


def test_unknown_recalls_and_offices_are_refused(site: Site, council: Council):
    rosa = site.rosa()
    assert rosa.get(at(council, f"recalls/{an_id(999)}")).status_code == 404
    assert rosa.get(at(council, "recalls/new?mandate=nobody")).status_code == 404
    assert rosa.post(at(council, "offices/end"), data={"mandate": "nobody", "reason": "left"}).status_code == 404


# Challenges


def test_a_closed_vote_is_challenged_within_its_days_and_answered(site: Site, council: Council):
    rosa = site.rosa()
    page = read(rosa, at(council, "challenges"))
    lines = [" ".join(each.text.split()) for each in page.select(".vote-line")]
    assert lines[0].startswith("Elected · Election: Finance")
    assert lines[1].startswith("Adopted · Repair the pump.")
    assert "5 days left" in lines[0]
    sent = {"vote": an_id(304), "challenge": an_id(500), "text": "Counted after dark."}
    assert rosa.post(at(council, "challenges/raise"), data={**sent, "text": ""}).status_code == 400
    assert rosa.post(at(council, "challenges/raise"), data={**sent, "vote": an_id(9)}).status_code == 404
    for _ in range(2):
        assert rosa.post(at(council, "challenges/raise"), data=sent).status_code == 200
    page = read(rosa, at(council, "challenges"))
    assert [each.text for each in page.select(".challenge blockquote")] == ["Counted after dark."]
    answer = {"vote": an_id(304), "challenge": an_id(500), "text": "There was a lamp."}
    assert rosa.post(at(council, "challenges/answer"), data=answer).status_code == 400
    for _ in range(2):
        assert rosa.post(at(council, "challenges/answer"), data={**answer, "upheld": "no"}).status_code == 200
    assert rosa.post(at(council, "challenges/answer"), data={**answer, "upheld": "yes"}).status_code == 409
    assert "Dismissed. There was a lamp." in " ".join(read(rosa, at(council, "challenges")).text.split())
    council.clock.forward(days=6)
    assert not read(rosa, at(council, "challenges")).select(".vote-line")
    late = rosa.post(at(council, "challenges/raise"), data={**sent, "challenge": an_id(501)})
    assert late.status_code == 409
    assert "The time for challenges ended on" in late.text


def test_an_open_vote_cannot_be_challenged(site: Site, council: Council):
    asked = council.ask(602, council.move(601, "Another."))
    sent = {"vote": asked, "challenge": an_id(500), "text": "Too slow."}
    assert site.rosa().post(at(council, "challenges/raise"), data=sent).status_code == 409
    council.act(lambda s: vote.annul(s, by=council.rosa, gathering=FIRST, vote=asked, reason=None))


# Decisions


def test_decisions_tell_who_sees_to_them_and_what_is_overdue(site: Site, council: Council):
    rosa = site.rosa()
    line = read(rosa, at(council, "decisions")).select_one(".decision-line")
    assert "Repair the pump." in line.text
    assert "The water committee" in line.text
    assert "late" not in line["class"]
    council.clock.forward(days=60)
    assert "overdue" in read(rosa, at(council, "decisions")).select_one(".decision-line.late").text
    size = council.state.size
    sent = {"decision": an_id(303), "report": "It runs."}
    assert rosa.post(at(council, "decisions/done"), data={**sent, "report": "x" * 2001}).status_code == 400
    for _ in range(2):
        assert rosa.post(at(council, "decisions/done"), data=sent).status_code == 200
    assert council.state.size == size + 1
    page = read(rosa, at(council, "decisions"))
    assert "Everything that was decided is done." in page.text
    assert "It runs." in page.select_one(".decision-line").text
    assert rosa.post(at(council, "decisions/done"), data={"decision": an_id(8)}).status_code == 404
    assert site.visitor().post(at(council, "decisions/done"), data=sent).status_code in (401, 403)

"""Participatory budgets on the site: proposed, checked, sealed, voted on by phone and on paper, decided, explained."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import ORIGIN, Site
from tests.web.council import Council

from comuna.app import build
from comuna.ballot_files import pabulib
from comuna.methods.budget.deciding import decide
from comuna.methods.ties import TieRule
from comuna.rules.register import Given, Row
from comuna.settings import Settings
from comuna.store import budget_box, cards, people, register, schema
from comuna.store.writer import Transaction

HERE = "http://localhost"
VOTER = {"voice": "2026-Q1", "vote": "2026-Q1"}
ROUND = an_id(900)
TERMS = {
    "round": ROUND, "title": "Budget of the hillside", "amount": "1000", "currency": "USD", "proposers": "cards",
    "rule": "equal-shares", "satisfaction": "cost", "completion": "greedy", "ballot": "approval", "ties": "lots",
}  # fmt: skip
LAMPS, PUMP, COURT = an_id(901), an_id(902), an_id(903)


class Hill:
    """A council with a register, whose budget is on this machine, so that phones may vote."""

    def __init__(self, site: Site) -> None:
        self.site, self.council = site, Council(site)
        self.store, self.book = self.council.store, self.council.book
        self.rows: dict[str, Row] = {}
        for n in range(8):
            self.enrol(f"Neighbour {n}")
        self.desk = self.browser()
        key = self.store.write(lambda tx: people.key_for_account(tx, site.world.account, "browser"))
        self.desk.cookies.set("organiser", key)

    def browser(self, language: str = "en") -> TestClient:
        app = build(self.store, Settings(url=HERE))
        headers = {"accept-language": language, **ORIGIN, "origin": HERE}
        return self.site.stack.enter_context(
            TestClient(app, base_url=HERE, headers=headers, raise_server_exceptions=False, client=("127.0.0.1", 5000))
        )

    def enrol(self, name: str, rights: dict[str, str] = VOTER) -> Row:
        given = Given(name=name, rights=rights)
        by, shelf = self.council.rosa, self.store.shelf
        self.rows[name] = self.store.write(lambda tx: register.add(tx, shelf, self.book, given, by=by))
        return self.rows[name]

    def phone(self, n: int | str) -> TestClient:
        """A member's phone, opened with their card."""
        member = self.rows[n if isinstance(n, str) else f"Neighbour {n}"].member

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.book, {member: digest})
            return key

        phone = self.browser()
        phone.post(f"/m/{self.store.write(job)}")
        return phone

    @property
    def at(self) -> str:
        return f"/g/{self.book}/budget/{ROUND}"

    def open(self, **changes: str) -> None:
        answer = self.desk.post(f"/g/{self.book}/budget/new", data={**TERMS, **changes})
        assert answer.url.path == self.at, answer.text

    def propose(self, by: TestClient, proposal: str, name: str, *sums: str, **more: object):
        said = {
            "proposal": proposal, "title": name, "purpose": "So that nobody falls.", "place": "The stairs",
            "what": [f"part {n}" for n in range(len(sums))], "sum": list(sums), "carried_out_by": "The works committee",
            "upkeep": "50", "upkeep_by": "The neighbours of the stairs", **more,
        }  # fmt: skip
        return by.post(f"{self.at}/propose", data=said)

    def three(self) -> None:
        """Three proposals, checked."""
        for proposal, title, sums in (
            (LAMPS, "Lamps", ("300", "100")), (PUMP, "Pump", ("500.50",)), (COURT, "Court", ("350",)),
        ):  # fmt: skip
            assert self.propose(self.desk, proposal, title, *sums).status_code == 200
            self.desk.post(f"{self.at}/p/{proposal}/check", data={"feasible": "yes"})

    def seal(self) -> None:
        self.desk.post(f"{self.at}/gather")
        answer = self.desk.post(f"{self.at}/seal", data={"until": ""})
        assert self.council.state.budget.rounds[ROUND].status == "voting", answer.text

    def close(self, **more: str):
        return self.desk.post(f"{self.at}/close", data={"sure": "1", **more})

    @property
    def result(self):
        return self.council.state.budget.rounds[ROUND].result

    def count(self, table) -> int:
        with self.store.read() as connection:
            return len(connection.execute(table.select()).all())


@pytest.fixture
def hill(site: Site) -> Hill:
    return Hill(site)


def vote(phone: TestClient, hill: Hill, **marks: object):
    return phone.post(f"{hill.at}/vote", data={"ballot": "", **marks})


def test_a_budget_from_the_first_proposal_to_the_explained_result(hill: Hill) -> None:
    assert "No budget was opened yet" in hill.desk.get(f"/g/{hill.book}/budget").text
    hill.open()
    phone = hill.phone(0)
    assert "Propose something" in phone.get(hill.at).text
    answer = hill.propose(phone, LAMPS, "Lamps on the stairs", "300", "100")
    assert "It is on the list" in answer.text
    assert "$400.00" in answer.text
    assert "Change it" in answer.text
    hill.three()
    hill.seal()
    for n in range(6):
        marks = {"m0": "1"} if n < 3 else {"m1": "1", "m2": "1"}
        assert "Your ballot is in the box." in vote(hill.phone(n), hill, **marks).text
    assert "6" in hill.desk.get(hill.at).text
    answer = hill.close()
    assert answer.status_code == 200
    assert hill.result.winners == [LAMPS, COURT] or hill.result.winners == [COURT, LAMPS]
    assert (hill.result.ballots, hill.result.roll, hill.result.amount, hill.result.left) == (6, 8, 75000, 25000)
    assert hill.result.scores == [3, 3, 3]
    page = hill.desk.get(hill.at).text
    for said in ("2 proposals are funded", "$750.00 of $1,000.00 are spent", "pay $", "missing:", "3 of 6 marked it"):
        assert said in page
    assert (hill.count(schema.works.budget_marks), hill.count(schema.works.budget_ballots)) == (0, 0)
    assert "2 proposals are funded" in hill.phone(7).get(hill.at).text, "members see it by their card"


def test_the_file_of_a_decided_round_comes_out_the_same(hill: Hill) -> None:
    hill.open(rule="greedy", completion="none")
    assert hill.desk.get(hill.at + ".pb").status_code == 404
    hill.three()
    hill.seal()
    for n in range(6):
        vote(hill.phone(n), hill, **({"m0": "1", "m2": "1"} if n % 2 else {"m1": "1"}))
    hill.close(seed="4 1 6")
    body = hill.desk.get(hill.at + ".pb").content
    read = pabulib.read(BytesIO(body))
    again = decide("greedy", read.election, TieRule(("lots",), b"4 1 6"))
    assert list(again.winners) == hill.result.winners
    assert set(read.published or ()) == set(hill.result.winners)
    assert hill.result.seed == "4 1 6"


def test_paper_and_phones_are_one_box_and_nobody_votes_twice(hill: Hill) -> None:
    hill.open(ballot="points", most="10", rule="greedy")
    hill.three()
    hill.seal()
    assert "Points" not in hill.desk.get(hill.at + "/ballot.pdf").headers.get("content-type", "")
    assert hill.desk.get(hill.at + "/ballot.pdf").content.startswith(b"%PDF")
    phone = hill.phone(0)
    assert "Points left" in phone.get(hill.at + "/vote").text
    assert "12 points are given, and there are 10" in vote(phone, hill, m0="7", m1="5").text
    assert 'value="7"' in vote(phone, hill, m0="7", m1="5").text, "nothing that was written is lost"
    assert "in the box" in vote(phone, hill, m0="7", m1="3").text
    assert "You have voted." in phone.get(hill.at + "/vote").text
    assert vote(phone, hill, m0="7", m1="3").status_code == 409
    paper = {n: hill.rows[f"Neighbour {n}"].member for n in range(8)}
    refused = hill.desk.post(hill.at + "/paper/mark", data={"member": paper[0]})
    assert "somebody has voted already" in refused.text
    entering = {"ballot": an_id(950), "m2": "10"}
    assert "1 ballots on paper are entered, and 0 people are marked" in hill.desk.post(
        hill.at + "/paper/enter", data=entering
    ).text.replace("1 ballot on", "1 ballots on")
    for n in range(1, 6):
        assert "Marked." in hill.desk.post(hill.at + "/paper/mark", data={"member": paper[n]}).text
        data = {"ballot": an_id(960 + n), "m2": "10"}
        for _ in range(2):
            assert "Entered:" in hill.desk.post(hill.at + "/paper/enter", data=data).text
    wrong = hill.desk.post(hill.at + "/paper/enter", data={"ballot": an_id(970), "m2": "11"})
    assert "11 points are given, and there are 10" in wrong.text
    assert "taken out" in hill.desk.post(hill.at + "/paper/out", data={"ballot": an_id(961)}).text
    assert "taken back" in hill.desk.post(hill.at + "/paper/unmark", data={"member": paper[1]}).text
    assert vote(hill.phone(2), hill, m0="1").status_code == 409, "who voted on paper does not vote on a phone"
    assert "in the box" in vote(hill.phone(1), hill, m2="4").text
    hill.close()
    assert hill.result.scores == [7, 3, 44]
    assert hill.result.supporters == [1, 1, 5]
    assert hill.result.ballots == 6


@pytest.mark.parametrize(
    ("ballot", "rule", "wrong", "sentence", "right", "kept"),
    [
        ("approval", "phragmen", {"m0": "1", "m1": "1", "m2": "1"}, "3 proposals are marked", {"m0": "1"}, "0"),
        ("ranking", "list", {"m0": "1", "m1": "1"}, "Two proposals have the number 1", {"m1": "1", "m0": "2"}, "1,0"),
        ("ranking", "list", {"m0": "2"}, "number 1 is missing", {"m1": "1"}, "1"),
        ("knapsack", "greedy", {"m0": "1", "m1": "1", "m2": "1"}, "more than there is", {"m0": "1", "m1": "1"}, "0,1"),
        ("points", "equal-shares", {"m0": "-3"}, "cannot be read", {"m0": "1", "m2": "1"}, "0:1,2:1"),
    ],
)  # fmt: skip
def test_every_kind_of_ballot_says_what_is_wrong_and_keeps_what_is_right(
    hill: Hill, ballot: str, rule: str, wrong: dict, sentence: str, right: dict, kept: str
) -> None:
    most = {"approval": "2", "points": "2"}.get(ballot, "")
    hill.open(ballot=ballot, rule=rule, most=most)
    hill.three()
    hill.seal()
    phone = hill.phone(0)
    assert sentence in vote(phone, hill, **wrong).text
    assert "Nothing is marked" in vote(phone, hill).text
    assert "in the box" in vote(phone, hill, **right).text
    assert "in the box" in vote(hill.phone(1), hill, blank="1").text
    with hill.store.read() as connection:
        assert sorted(choice for _, choice in budget_box.lines(connection, ROUND)) == ["", kept]
    for n in range(2, 7):
        vote(hill.phone(n), hill, **right)
    page = hill.close().text
    assert "funded" in page
    assert hill.result.ballots == 7


def test_a_small_round_tells_the_outcome_alone(hill: Hill) -> None:
    hill.open()
    hill.three()
    hill.seal()
    for n in range(3):
        vote(hill.phone(n), hill, m0="1")
    page = hill.close().text
    assert "So few voted that their counts are not told" in page
    assert hill.result.winners == [LAMPS]
    assert (hill.result.scores, hill.result.working, hill.result.ballots_text) == ([], None, None)
    assert len(hill.result.digest) == 64


def test_the_charter_says_whether_ties_can_be_broken_otherwise_and_bad_terms_are_sentences(hill: Hill) -> None:
    new = f"/g/{hill.book}/budget/new"
    for changes, said in (
        ({"amount": "-5"}, "more than nothing"),
        ({"amount": "1e9"}, "1e9"),
        ({"amount": "mil"}, "mil"),
        ({"amount": "20000000000000"}, "more money than can be reckoned"),
        ({"title": ""}, "Give it a name."),
        ({"ballot": "points", "most": ""}, "how many points everybody can give"),
        ({"rule": "list"}, "needs ballots that rank"),
        ({"districts": "Upper 500"}, "Each district needs a name"),
        ({"districts": "Upper: 500\nLower: 600", "amount": "1000"}, "must come to the whole money"),
        ({"most": "many"}, "whole number from 1"),
        ({"rule": "dictator"}, "not on the list"),
        ({"currency": "pesos"}, "pesos"),
    ):
        answer = hill.desk.post(new, data={**TERMS, **changes})
        assert answer.status_code == 400, (changes, answer.text)
        assert said in answer.text.replace("PESOS", "pesos"), changes
        assert "Budget of the hillside" in answer.text or changes.get("title") == "", "what was written is kept"
    assert not hill.council.state.budget.rounds


def test_proposals_that_cannot_be_are_sentences_and_nothing_is_lost(hill: Hill) -> None:
    hill.open()
    for changes, said in (
        ({"sum": ["-5"], "what": ["sand"]}, "more than nothing"),
        ({"sum": ["1e9"], "what": ["sand"]}, "1e9"),
        ({"sum": ["mil"], "what": ["sand"]}, "mil"),
        ({"sum": [""], "what": ["sand"]}, "has no sum"),
        ({"sum": ["5"], "what": [""]}, "does not say what it is for"),
        ({"sum": [""], "what": [""]}, "at least one line"),
        ({"sum": ["1000.01"], "what": ["sand"]}, "more than all the money"),
        ({"place": " "}, "Say where it is."),
        ({"purpose": ""}, "Say what it is for."),
        ({"title": ""}, "Give it a name."),
        ({"district": "Mars"}, "district"),
    ):
        answer = hill.propose(hill.desk, LAMPS, "Lamps", "5", **changes)
        assert answer.status_code == 400, (changes, answer.status_code)
        assert said in answer.text, changes
        assert "The works committee" in answer.text
    assert not hill.council.state.budget.proposals


def test_a_picture_is_kept_small_and_what_is_none_or_too_large_is_a_sentence(hill: Hill) -> None:
    hill.open()
    body = BytesIO()
    Image.new("RGB", (2400, 1200), "olive").save(body, "JPEG")
    data = {"proposal": LAMPS, "title": "Lamps", "purpose": "Light", "place": "Stairs", "what": "x", "sum": "5"}
    path = f"{hill.at}/propose"
    no = hill.desk.post(path, data=data, files={"photo": ("a.jpg", b"hello", "image/jpeg")})
    assert no.status_code == 400
    assert "Choose the picture again." in no.text
    large = hill.desk.post(path, data=data, files={"photo": ("a.jpg", bytes(40 * 2**20), "image/jpeg")})
    assert large.status_code == 413
    assert "16" in large.text
    page = hill.desk.post(path, data=data, files={"photo": ("a.jpg", body.getvalue(), "image/jpeg")}).text
    src = re.search(r'src="(/g/[^"]+/photo/[^"]+)"', page)
    assert src is not None
    assert hill.phone(0).get(src[1]).headers["content-type"] == "image/jpeg"
    assert hill.browser().get(src[1]).status_code == 403


def test_who_proposed_stands_nowhere_but_at_their_wish(hill: Hill) -> None:
    hill.open()
    quiet, proud = hill.phone(0), hill.phone(1)
    hill.propose(quiet, LAMPS, "Lamps", "5")
    page = hill.propose(proud, PUMP, "Pump", "5", named="1").text
    assert hill.rows["Neighbour 1"].member in page
    with hill.store.read() as connection:
        leaves = b"".join(bytes(row.leaf) for row in connection.execute(schema.acts.select()))
    assert f'"by":"{hill.rows["Neighbour 1"].member}"'.encode() in leaves
    assert f'"by":"{hill.rows["Neighbour 0"].member}"'.encode() not in leaves
    assert hill.phone(2).get(f"{hill.at}/p/{LAMPS}/edit").status_code == 403, "only whoever proposed it changes it"
    assert quiet.get(f"{hill.at}/p/{LAMPS}/edit").status_code == 200
    hill.propose(quiet, LAMPS, "Lamps", "5")
    changed = quiet.post(
        f"{hill.at}/p/{LAMPS}/edit",
        data={"title": "Lamps and rails", "purpose": "x", "place": "y", "what": "z", "sum": "7"},
    )
    assert "Lamps and rails" in changed.text
    assert hill.count(schema.works.budget_authors) == 2
    hill.desk.post(f"{hill.at}/p/{PUMP}/merge", data={"into": LAMPS})
    assert hill.council.state.budget.proposals[PUMP].into == LAMPS
    hill.desk.post(f"{hill.at}/p/{LAMPS}/check", data={"feasible": "no", "reason": "The stairs are private."})
    assert "The stairs are private." in quiet.get(hill.at).text
    hill.desk.post(f"{hill.at}/gather")
    assert "nothing to vote on" in hill.desk.post(f"{hill.at}/seal").text
    hill.desk.post(f"{hill.at}/p/{LAMPS}/check", data={"feasible": "yes"})
    hill.desk.post(f"{hill.at}/seal")
    assert hill.count(schema.works.budget_authors) == 0
    assert quiet.post(f"{hill.at}/p/{LAMPS}/withdraw").status_code == 403


def test_only_who_may_vote_votes_and_only_over_a_connection_nobody_reads(hill: Hill) -> None:
    hill.open()
    hill.three()
    hill.seal()
    hill.enrol("Child", {"voice": "2026-Q1"})
    child = hill.phone("Child")
    assert "do not have the right to vote" in child.get(hill.at + "/vote").text
    assert vote(child, hill, m0="1").status_code == 403
    assert (
        "does not have the right"
        in hill.desk.post(hill.at + "/paper/mark", data={"member": hill.rows["Child"].member}).text
    )
    assert hill.browser().get(hill.at + "/vote").status_code == 403
    far = hill.site.rosa()
    assert far.post(hill.at + "/vote", data={"m0": "1"}).status_code in (403, 409)
    assert hill.count(schema.works.budget_ballots) == 0


def test_districts_have_a_sum_each(hill: Hill) -> None:
    hill.open(districts="Upper part: 600\nLower part; 400", amount="", rule="greedy")
    assert hill.propose(hill.desk, LAMPS, "Lamps", "450", district="Lower part").status_code == 400
    for id, title, cost, district in (
        (LAMPS, "Lamps", "400", "Lower part"),
        (PUMP, "Pump", "350", "Upper part"),
        (COURT, "Court", "300", "Upper part"),
    ):  # fmt: skip
        assert hill.propose(hill.desk, id, title, cost, district=district).status_code == 200
        hill.desk.post(f"{hill.at}/p/{id}/check", data={"feasible": "yes"})
    hill.seal()
    for n in range(6):
        vote(hill.phone(n), hill, **({"m0": "1"} if n < 2 else {"m1": "1", "m2": "1"} if n < 5 else {"m2": "1"}))
    page = hill.close().text
    assert set(hill.result.winners) == {LAMPS, COURT}
    assert "Upper part" in page
    assert "$300.00 left: $50.00 missing" in page


def test_a_budget_that_is_given_up_keeps_no_ballot(hill: Hill) -> None:
    hill.open()
    hill.three()
    hill.seal()
    vote(hill.phone(0), hill, m0="1")
    assert hill.desk.post(hill.at + "/abandon", data={"reason": "No money came."}).status_code == 400
    hill.desk.post(hill.at + "/abandon", data={"reason": "No money came.", "sure": "1"})
    assert hill.council.state.budget.rounds[ROUND].status == "abandoned"
    assert (hill.count(schema.works.budget_marks), hill.count(schema.works.budget_ballots)) == (0, 0)


def test_the_assembly_approves_the_result_by_a_decision(hill: Hill) -> None:
    hill.open()
    hill.three()
    hill.seal()
    for n in range(6):
        vote(hill.phone(n), hill, m0="1") if n % 2 else vote(hill.phone(n), hill, m1="1")
    hill.close()
    assert "has not approved this result yet" in hill.desk.get(hill.at).text
    c = hill.council
    c.call()
    c.open()
    moved = c.move(10, "Carry out what the budget funds")
    c.hands(c.ask(11, moved), 60, 3, 2)
    decision = c.decide(12, moved)
    assert "Carry out what the budget funds" in hill.desk.get(hill.at).text
    assert hill.desk.post(hill.at + "/approve", data={"decision": an_id(13)}).status_code == 404
    for _ in range(2):
        page = hill.desk.post(hill.at + "/approve", data={"decision": decision}).text
        assert "approved this result by its decision no. 1" in page
    begin = hill.desk.get(f"/g/{hill.book}/projects/new?decision={decision}&round={ROUND}&proposal={PUMP}").text
    for brought in ('value="Pump"', "So that nobody falls.", 'value="500.50"'):
        assert brought in begin, "what won need not be written again"


def test_a_member_finds_the_vote_on_their_own_page_and_strangers_do_not(hill: Hill) -> None:
    hill.open()
    assert "propose and vote" in hill.phone(0).get(f"/g/{hill.book}/me").text
    assert hill.browser().get(hill.at).status_code == 403
    assert hill.browser().get(f"/g/{hill.book}/budget").status_code == 403
    assert hill.phone(0).post(f"{hill.at}/gather").status_code in (401, 403)
    assert hill.desk.get(f"/g/{hill.book}/budget/{an_id(4)}").status_code == 404

"""A council's assembly run through the website: convened, opened, motions, votes in every way, decisions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.cast import AMARU, IN_TIME, INES, NOOR, an_id
from tests.rules.assemblies import COUNCIL, entry, rule
from tests.web.conftest import Site
from tests.web.held import Evening, opened

from comuna.kernel.act import act_in
from comuna.methods.lots import in_drawn_order
from comuna.rules import assembly, charter, election, group
from comuna.rules.eligibility import BY_THE_DESK, Facts
from comuna.rules.register import Given, Row
from comuna.rules.state import State
from comuna.rules.verdict import VoteClosed
from comuna.store import book, box, cards, people, register, schema


def council(site: Site) -> None:
    """The circle becomes a council: its charter is another now."""
    amended = assembly.CharterAmended(decision=an_id(1), charter=COUNCIL, charter_digest=charter.digest(COUNCIL))
    site.world.act(lambda _: amended)


@pytest.fixture
def convened(site: Site) -> Site:
    """The session, convened to decide on its first two items."""
    council(site)
    rosa = site.rosa()
    assert "Convene it" in rosa.get(f"{site.path}/convene").text
    answer = rosa.post(
        f"{site.path}/convene",
        data={
            "form": "assembly",
            "decides-a1": "ordinary",
            "decides-a2": "election",
            "date": "2027-02-23",
            "start": "19:00",
        },
    )
    assert answer.status_code == 200, answer.text
    assert "Convened: Assembly, to decide on 2 matters" in answer.text
    return site


@pytest.fixture
def evening(convened: Site) -> Evening:
    """The gathering, held; the assembly not yet open."""
    convened.world.store.clock.until(IN_TIME)
    return opened(convened)


def state(evening: Evening) -> State:
    return evening.site.world.state()


def does(evening: Evening, step: str, **fields: object) -> str | None:
    """The chair takes a step; the code of what it was refused with."""
    ways = fields.pop("ways", None)
    data: dict[str, object] = {
        "key": fields.pop("key", None) or an_id(next(KEYS)),
        **{k: str(v) for k, v in fields.items()},
    }
    if ways:
        data["ways"] = list(ways)
    answer = evening.rosa.post(
        f"{evening.path}/chair/assembly/{step}", data=data, headers={"accept": "application/json"}
    )
    return answer.json().get("refused")


KEYS = iter(range(7000, 9000))


def motion_read(
    evening: Evening, words: str = "We repair the pump.", decision: str = "simple", item: str = "a2"
) -> str:
    """A motion, moved and read out."""
    key = an_id(next(KEYS))
    assert does(evening, "move", text=words, item=item, decision=decision, key=key) is None
    assert does(evening, "read-back", motion=key) is None
    return key


def voters(evening: Evening, *names: str) -> list:
    """People who come with their phones, and may vote."""
    phones = [evening.comes(name) for name in names]
    assert does(evening, "all-voters") is None
    return phones


def vote_open(evening: Evening, motion: str, *ways: str, secret: bool = False) -> str:
    key = an_id(next(KEYS))
    more = {"secret": "1"} if secret else {}
    assert does(evening, "vote", motion=motion, roll=100, ways=ways, key=key, **more) is None
    return key


def last(evening: Evening) -> VoteClosed:
    with evening.site.world.store.read() as connection:
        acts = [act_in(e) for e in book.envelopes(connection, evening.site.world.book)]
    return next(act for act in reversed(acts) if isinstance(act, VoteClosed))


def test_a_session_of_a_study_circle_decides_nothing(site: Site):
    evening = opened(site)
    assert does(evening, "open", present=10, roll=20) == "assembly.not_convened"


def test_too_short_notice_is_a_sentence(site: Site):
    council(site)
    site.world.store.clock.forward(days=92)  # the day before
    answer = site.rosa().post(f"{site.path}/convene", data={"form": "assembly"})
    assert answer.status_code == 409
    assert "the charter asks for at least 3" in answer.text
    assert site.rosa().post(f"{site.path}/convene", data={"form": "assembly", "emergency": "1"}).status_code == 200


def test_proof_of_notice_stands_on_the_page(convened: Site):
    rosa = convened.rosa()
    given = {"means": "posters", "count": "40", "date": "2026-11-22"}
    assert "put up: 40" in rosa.post(f"{convened.path}/convene/notice", data=given).text


def test_no_quorum_is_recorded_and_the_second_call_opens_it(evening: Evening):
    assert does(evening, "open", present=29, roll=100) == "quorum.missing"
    assert does(evening, "no-quorum", present=21, roll=100, date="2027-02-23", start="19:00") is None
    assert "No quorum at call 1: 21 came, 30 were needed." in evening.rosa.get(f"{evening.path}/chair").text
    assert does(evening, "open", present=21, roll=100) == "assembly.call_not_yet"
    evening.site.world.store.clock.forward(hours=2)
    assert does(evening, "open", present=21, roll=100) is None
    assert state(evening).assemblies[evening.site.world.gathering].call == 2
    assert does(evening, "open", present=21, roll=100) is None, "pressed twice, it is open once"


def test_hands_are_counted_and_the_verdict_says_why(evening: Evening):
    does(evening, "open", present=40, roll=100)
    motion = motion_read(evening, decision="ordinary", item="a1")
    vote = vote_open(evening, motion, "hands")
    assert does(evening, "counted", vote=vote, way="hands", c0=41, c1=0, c2=0) == "vote.more_than_present"
    assert does(evening, "counted", vote=vote, way="hands", c0=25, c1=3, c2=2, tellers=2) is None
    assert does(evening, "close-vote", vote=vote) is None
    page = evening.comes(AMARU).get(f"{evening.path}/live").text
    assert "Of 40, 21 had to be in favour, and 25 were." in page
    assert does(evening, "decide", motion=motion, owner="The water committee", due="2027-03-10") is None
    assert [d.number for d in state(evening).decisions.values()] == [1]


def test_a_change_is_shown_as_a_difference_and_taken_over(evening: Evening):
    does(evening, "open", present=40, roll=100)
    motion, change = motion_read(evening), an_id(next(KEYS))
    assert does(evening, "amend", motion=motion, text="We repair the old pump.", key=change) is None
    page = evening.rosa.get(f"{evening.path}/chair").text
    assert "<ins>old </ins>" in page or "<ins> old</ins>" in page
    assert does(evening, "settle", motion=motion, amendment=change, outcome="adopted") is None
    assert does(evening, "vote", motion=motion, roll=100, ways=["hands"]) == "motion.not_read_back"


def test_phones_hands_and_paper_add_up_in_one_open_vote(evening: Evening):
    phones = voters(evening, AMARU, INES, NOOR)
    does(evening, "open", present=40, roll=100)
    vote = vote_open(evening, motion_read(evening), "hands", "paper", "phones")
    for phone, choice in zip(phones, (0, 0, 1), strict=True):
        assert evening.does(phone, "cast", vote=vote, choice=choice, ballot=an_id(next(KEYS))).json()["done"]
    does(evening, "counted", vote=vote, way="hands", c0=5, c1=4, c2=0)
    assert does(evening, "close-vote", vote=vote) == "vote.not_counted"
    does(evening, "counted", vote=vote, way="paper", c0=0, c1=1, c2=1)
    assert does(evening, "close-vote", vote=vote) is None
    closed = last(evening)
    assert (closed.counts, closed.ballots, closed.phones, closed.outcome) == ([7, 6, 1], 14, 3, "adopted")


def test_a_phone_votes_once_and_only_who_may(evening: Evening):
    amaru, ines = voters(evening, AMARU, INES)
    does(evening, "open", present=40, roll=100)
    noor = evening.comes(NOOR)  # not admitted by the desk
    vote = vote_open(evening, motion_read(evening), "phones")
    ballot = an_id(next(KEYS))
    cast = lambda who, **more: evening.does(who, "cast", **{"vote": vote, "choice": 0, "ballot": ballot, **more}).json()  # noqa: E731
    assert cast(noor, ballot=an_id(1))["refused"] == "voter.not_admitted"
    assert cast(amaru) == {"done": True, "ballot": ballot}
    assert cast(amaru) == {"done": True, "ballot": ballot}, "sent twice by a bad connection"
    assert cast(amaru, choice=1)["refused"] == "vote.cast_already"
    assert cast(amaru, ballot=an_id(2))["refused"] == "vote.cast_already"
    assert cast(ines)["refused"] == "vote.bad_id", "nobody votes under another's number"
    assert cast(ines, ballot=an_id(3), choice=9)["refused"] == "vote.bad_choice"
    assert cast(ines, ballot="x")["refused"] == "vote.bad_id"
    does(evening, "close-vote", vote=vote)
    assert last(evening).counts == [1, 0, 0]
    assert cast(ines, ballot=an_id(3))["refused"] == "vote.closed"


def test_a_secret_vote_leaves_nothing_that_joins_voter_and_ballot(evening: Evening):
    phones = voters(evening, *(f"Person {n}" for n in range(7)))
    does(evening, "open", present=40, roll=100)
    assert does(evening, "vote", motion=motion_read(evening), roll=100, ways=["hands"], secret=1) == "vote.way_unknown"
    assert does(evening, "vote", motion=motion_read(evening), roll=100, ways=["phones"], secret=1) == "vote.needs_https"
    vote = vote_open(evening, motion_read(evening), "paper", secret=True)
    assert does(evening, "counted", vote=vote, way="paper", c0=6, c1=2, c2=0) is None
    with evening.site.world.store.read() as connection:
        assert box.cast_so_far(connection, vote) == 8
        rows = connection.execute(sa.select(schema.box_ballots.c.choice)).scalars().all()
    assert sorted(rows) == ["0"] * 6 + ["1"] * 2
    assert does(evening, "close-vote", vote=vote) == "vote.chair_first"
    assert does(evening, "close-vote", vote=vote, chair="no") is None
    closed = last(evening)
    assert (closed.counts, closed.outcome) == ([6, 2, 0], "adopted")
    with evening.site.world.store.read() as connection:
        assert box.cast_so_far(connection, vote) == 0
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.box_marks)).scalar() == 0
    assert phones


def test_an_election_by_single_transferable_vote_on_paper(evening: Evening):
    for member in ("2001", "2002", "2003"):
        evening.site.world.act(
            lambda s, member=member: election.stand(
                s, by=evening.site.world.rosa, unit="control", candidate=member, facts=BY_THE_DESK, today="2026-11-22"
            )
        )
    does(evening, "open", present=40, roll=100)
    vote = an_id(next(KEYS))
    started = {"unit": "control", "seats": 1, "method": "stv-scottish", "roll": 100, "ways": ["paper"], "secret": 1}
    assert does(evening, "elect", **started, key=vote) is None
    for first, then in [(1, 2)] * 4 + [(2, 1)] * 3 + [(3, 2)] * 2:
        ranks = {f"r{first - 1}": 1, f"r{then - 1}": 2}
        assert does(evening, "paper", vote=vote, **ranks) is None
    assert does(evening, "paper", vote=vote, r0=1, r1=1) == "vote.bad_choice"
    assert does(evening, "close-vote", vote=vote) is None
    closed = last(evening)
    assert (closed.outcome, closed.elected, closed.method) == ("elected", ["2002"], "stv-scottish/1")
    held = [m for m in state(evening).mandates.values() if m.ended is None]
    assert [(m.unit, m.member) for m in held] == [("control", "2002")]
    assert "2002" in evening.rosa.get(f"{evening.path}/chair").text


def test_an_election_by_lot_is_drawn_from_a_seed_that_everybody_sees(evening: Evening):
    who = ("2001", "2002", "2003")
    for member in who:
        evening.site.world.act(
            lambda s, member=member: election.stand(
                s, by=evening.site.world.rosa, unit="control", candidate=member, facts=BY_THE_DESK, today="2026-11-22"
            )
        )
    does(evening, "open", present=40, roll=100)
    vote, started = an_id(next(KEYS)), {"unit": "control", "method": "lots"}
    assert does(evening, "elect", **started, seats=2, key=vote) == "election.other_seats"
    assert does(evening, "elect", **started, seats=1, key=vote) is None
    assert "Draw the lot" in evening.rosa.get(f"{evening.path}/chair").text
    assert does(evening, "close-vote", vote=vote) is None
    closed = last(evening)
    drawn = in_drawn_order(who, bytes.fromhex(closed.seed))
    assert (closed.elected, closed.alternates) == (drawn[:1], drawn[1:])
    page = evening.rosa.get(f"{evening.path}/chair").text
    assert f"Drawn by lot, from the seed {closed.seed}" in page


def test_whoever_lost_the_right_since_they_stood_is_not_voted_on(evening: Evening):
    world = evening.site.world
    council = COUNCIL + entry("rights.vote", "Vote") + rule("units.control.requires", '{ right = "vote" }')
    world.act(
        lambda _: assembly.CharterAmended(decision=an_id(1), charter=council, charter_digest=charter.digest(council))
    )
    ines, _ = enrolled(evening, INES)
    enrolled(evening, AMARU)
    facts = Facts(rights={"vote": True})
    world.act(
        lambda s: election.stand(s, by=world.rosa, unit="control", candidate=ines, facts=facts, today="2026-11-22")
    )
    does(evening, "open", present=1)
    given = Given(rights={"vote": ""})
    world.store.write(lambda tx: register.correct(tx, world.store.shelf, world.book, ines, given, by=world.rosa))
    started = {"unit": "control", "seats": 1, "method": "plurality", "ways": ["hands"]}
    assert does(evening, "elect", **started, key=an_id(next(KEYS))) == "candidate.no_longer"


def test_in_spanish_too(evening: Evening):
    does(evening, "open", present=40, roll=100)
    motion_read(evening)
    page = evening.rosa.get(f"{evening.path}/chair", headers={"accept-language": "es"}).text
    assert "We repair the pump." in page


def test_what_a_secret_vote_protects_against_is_said_plainly(site: Site):
    page = site.visitor().get("/secrecy").text
    assert "seized" in page
    assert "Whoever runs this server" in page


def enrolled(evening: Evening, name: str, **rights: str) -> tuple[str, str]:
    """Somebody on the register, with a card: their number and its key."""
    world = evening.site.world
    given = Given(name=name, household="7", rights={"vote": "2026-Q1", "voice": "2026-Q1", **rights})

    def job(tx) -> tuple[str, str]:
        row = register.add(tx, world.store.shelf, world.book, given, by=world.rosa)
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, world.book, {row.member: digest})
        return row.member, key

    return world.store.write(job)


def test_with_a_register_the_desk_finds_people_and_the_roll_is_frozen(evening: Evening):
    amaru, key = enrolled(evening, AMARU)
    enrolled(evening, INES)
    enrolled(evening, f"{INES} the younger")
    enrolled(evening, NOOR, vote="2031-Q1")
    assert does(evening, "desk", who="Nobody") == "voter.not_found"
    assert does(evening, "desk", who=INES[:3]) == "voter.several"
    assert does(evening, "desk", who=NOOR) == "voter.no_right"
    assert does(evening, "desk", who=amaru) is None
    assert does(evening, "desk", who=AMARU) == "voter.here_already"
    phone = evening.comes(f"{AMARU}, on a second device")
    assert evening.does(phone, "check-in", card=key).json()["refused"] == "voter.here_already"
    assert does(evening, "desk", who="younger") is None
    assert does(evening, "desk", who=INES) is None, "the whole name is somebody's, and not of the other two"
    assert does(evening, "open", present=3) is None
    assert state(evening).assemblies[evening.site.world.gathering].roll == 3, "who may vote today, by the register"
    enrolled(evening, "Somebody late")
    assert does(evening, "desk", who="late") == "voter.no_right", "the roll was frozen when it opened"
    vote = vote_open(evening, motion_read(evening), "hands")
    assert state(evening).votes[vote].roll == 3


def test_a_card_shown_to_ones_own_phone_lets_it_vote(evening: Evening):
    _, key = enrolled(evening, AMARU)
    enrolled(evening, INES)
    phone = evening.comes(AMARU)
    assert evening.does(phone, "check-in", card="nothing").json()["refused"] == "card.unknown"
    assert evening.does(phone, "check-in", card=f"https://example.org/m/{key}").json() == {"done": True}
    does(evening, "open", present=1)
    vote = vote_open(evening, motion_read(evening), "phones")
    assert evening.does(phone, "cast", vote=vote, choice=0, ballot=an_id(next(KEYS))).json()["done"]


def test_a_second_name_cannot_be_let_in_while_a_vote_is_open(evening: Evening):
    voters(evening, AMARU)
    does(evening, "open", present=40, roll=100)
    vote_open(evening, motion_read(evening), "phones")
    evening.comes(f"{AMARU} again")
    assert does(evening, "all-voters") == "vote.open"


def test_no_quorum_pressed_twice_is_one_call(evening: Evening):
    told = {"present": 21, "roll": 100, "date": "2027-02-23", "start": "19:00", "call": 1}
    assert does(evening, "no-quorum", **told) is None
    assert does(evening, "no-quorum", **told) is None
    assert state(evening).assemblies[evening.site.world.gathering].call == 1


def test_how_many_ballots_are_in_the_box_is_told_to_those_in_the_hall(evening: Evening):
    does(evening, "open", present=40, roll=100)
    amaru, ines = voters(evening, AMARU, INES)
    asked = vote_open(evening, motion_read(evening), "phones")
    for phone, choice in ((amaru, "0"), (ines, "1")):
        cast = {"vote": asked, "choice": choice, "ballot": an_id(next(KEYS))}
        assert phone.post(f"{evening.path}/live/cast", data=cast).status_code == 200
    assert evening.rosa.get(f"{evening.path}/live/in-box").json() == {asked: 2}
    assert amaru.get(f"{evening.path}/live/in-box").json() == {asked: 2}
    assert evening.site.visitor().get(f"{evening.path}/live/in-box").status_code == 409
    assert does(evening, "close-vote", vote=asked, chair="no") is None
    assert evening.rosa.get(f"{evening.path}/live/in-box").json() == {}


def test_whoever_left_the_register_is_elected_neither_at_the_opening_nor_at_the_closing(evening: Evening):
    world, shelf = evening.site.world, evening.site.world.store.shelf
    who = [
        world.store.write(lambda tx, name=name: register.add(tx, shelf, world.book, Given(name=name), by=world.rosa))
        for name in ("Xeno", "Stays")
    ]
    for each in who:
        stands = {"by": world.rosa, "unit": "control", "candidate": each.member, "facts": BY_THE_DESK}
        world.act(lambda s, stands=stands: election.stand(s, **stands, today="2027-02-01"))
    does(evening, "open", present=40, roll=100)
    asked = an_id(next(KEYS))
    told = {"unit": "control", "method": "plurality", "seats": 1, "ways": ("hands",)}
    assert does(evening, "elect", **told, key=asked) is None
    assert does(evening, "counted", vote=asked, way="hands", c0=9, c1=1, tellers=1) is None
    world.store.write(lambda tx: register.leave(tx, shelf, world.book, who[0].member, by=world.rosa))
    assert does(evening, "close-vote", vote=asked) == "candidate.gone"
    assert does(evening, "annul", vote=asked) is None
    assert does(evening, "elect", **told, key=an_id(next(KEYS))) == "candidate.gone"
    assert not state(evening).mandates


def test_all_units_are_elected_at_once_and_whoever_votes_sees_names(evening: Evening):
    world = evening.site.world
    for unit, member, name in (("finance", "2001", "Inés"), ("control", "2002", None), ("control", "2003", "Noor")):
        if name:
            row = Row(member=member, name=name)
            world.store.write(lambda tx, row=row: register.insert(tx, world.book, [row]))
        else:
            world.act(lambda s: group.admit(s, member="2002", roles=["facilitator"]))
        stands = {"by": world.rosa, "unit": unit, "candidate": member, "facts": BY_THE_DESK, "today": "2027-02-01"}
        world.act(lambda s, stands=stands: election.stand(s, **stands))
    does(evening, "open", present=40, roll=100)
    key = an_id(next(KEYS))
    for _ in range(2):
        assert does(evening, "elect-all", ways=("paper",), secret="1", key=key) is None
    opened_ = [v for v in state(evening).votes.values() if v.status == "open"]
    assert sorted(v.of for v in opened_) == ["control", "finance"]
    page = evening.rosa.get(f"{evening.path}/chair").text
    assert "Inés (2001)" in page
    assert "Member 2002" in page
    control = next(v.id for v in opened_ if v.of == "control")
    for choice in ("1",) * 6 + ("0",):
        assert does(evening, "paper", vote=control, choice=choice) is None
    assert does(evening, "close-vote", vote=control) is None
    assert "Noor (2003)" in evening.rosa.get(f"{evening.path}/chair").text

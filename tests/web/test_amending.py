"""A group amends its charter on the website: proposed, read by everybody, decided by an assembly, put in force."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from tests.cast import AMARU, IN_TIME, an_id
from tests.rules.assemblies import COUNCIL
from tests.web.conftest import Site
from tests.web.held import Evening, opened
from tests.web.test_assembly import KEYS, council, does, enrolled

from comuna.rules import assembly, charter

NEW = COUNCIL.replace('{ of = "present", share = "1/2" }', '{ of = "present", share = "2/3" }', 1)
"""Ordinary decisions need more than two thirds of those present."""
DIGEST = charter.digest(NEW)


def group(site: Site) -> str:
    return f"/g/{site.world.book}/charter"


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


def proposes(site: Site, text: str = NEW, amends: str = COUNCIL, reason: str = "Half is too few.") -> str:
    """Rosa proposes a charter; its SHA-256."""
    sent = {"charter": text.replace("\n", "\r\n"), "amends": charter.digest(amends), "reason": reason, "do": "1"}
    answer = site.rosa().post(f"{group(site)}/amend", data=sent)
    assert answer.status_code == 200, answer.text
    return charter.digest(text)


@pytest.fixture
def evening(site: Site) -> Evening:
    """The council's assembly is being held, with a proposed charter from before."""
    council(site)
    proposes(site)
    decides = {"form": "assembly", "decides-a1": "charter", "decides-a2": "simple"}
    assert site.rosa().post(f"{site.path}/convene", data=decides).status_code == 200
    site.world.store.clock.until(IN_TIME)
    found = opened(site)
    assert does(found, "open", present=80, roll=100) is None
    return found


def adopted(evening: Evening, digest: str = DIGEST, favour: int = 60) -> str:
    """The chair moves the proposal, and it is voted on and recorded; the motion."""
    moved, vote = an_id(next(KEYS)), an_id(next(KEYS))
    assert does(evening, "move", charter=digest, item="a1", key=moved) is None
    assert does(evening, "read-back", motion=moved) is None
    assert does(evening, "vote", motion=moved, roll=100, ways=["hands"], key=vote) is None
    assert does(evening, "counted", vote=vote, way="hands", c0=favour, c1=5, c2=0, tellers=2) is None
    assert does(evening, "close-vote", vote=vote) is None
    return moved


def put_in_force(site: Site, decision: str, digest: str = DIGEST):
    return site.rosa().post(f"{group(site)}/in-force", data={"decision": decision, "digest": digest})


def decision_of(site: Site) -> str:
    return next(iter(site.world.state().decisions))


def test_only_a_facilitator_proposes(site: Site):
    assert "Propose an amendment" in site.rosa().get(group(site)).text
    assert "Propose an amendment" not in site.visitor().get(group(site)).text
    assert site.visitor().get(f"{group(site)}/amend").status_code in (401, 403)
    assert site.visitor().post(f"{group(site)}/amend", data={"charter": NEW}).status_code in (401, 403)


def test_every_mistake_is_shown_with_its_line_and_nothing_is_lost(site: Site):
    council(site)
    wrong = NEW.replace('share = "2/3"', 'share = "7/3"').replace("[units.finance.seats]", "[units.finance.chairs]")
    answer = site.rosa().post(f"{group(site)}/amend", data={"charter": wrong, "amends": charter.digest(COUNCIL)})
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.text, "lxml")
    said = " ".join(shown.select_one(".problem-list").get_text(" ").split())
    assert re.search(r"line \d+, units\.finance\.chairs: There is no rule chairs here", said)
    kept = shown.find("textarea", id="charter").get_text()
    assert kept.strip() == wrong.strip()
    assert not site.world.state().proposals


def test_a_file_can_be_brought_and_one_that_is_no_text_is_said_so(site: Site):
    council(site)
    sent = {"amends": charter.digest(COUNCIL), "charter": "half written"}
    bring = lambda content: site.rosa().post(f"{group(site)}/amend", data=sent, files={"toml": ("c.toml", content)})  # noqa: E731
    assert "What would change" in bring(NEW.encode()).text
    answer = bring(b"\xff\xfe\x00")
    assert (answer.status_code, "half written" in answer.text) == (422, True)
    assert "not text in UTF-8" in answer.text


def test_the_change_is_told_in_plain_words_with_its_article_and_line_by_line(site: Site):
    council(site)
    text = NEW.replace('source = "a test"', 'source = "Bylaws, § 9"', 1)
    sent = {"charter": text, "amends": charter.digest(COUNCIL)}
    answer = site.rosa().post(f"{group(site)}/amend", data=sent)
    said = words(answer.text)
    assert "Now More than half of those present must be in favour." in said
    assert "Proposed More than two thirds of those present must be in favour." in said
    assert "§ 9" in said
    assert "It says the same; where it comes from" in said
    shown = BeautifulSoup(answer.text, "lxml")
    assert '"2/3" }' in shown.select_one("tr.in code").get_text() + shown.select("tr.in code")[-1].get_text()
    assert not site.world.state().proposals, "nothing is recorded by looking"
    unchanged = site.rosa().post(f"{group(site)}/amend", data={**sent, "charter": COUNCIL})
    assert "Nothing is changed yet" in unchanged.text


def test_how_it_is_decided_stands_on_the_page_also_where_it_is_not_settled(site: Site):
    circle = words(site.rosa().get(f"{group(site)}/amend").text)
    assert "names no kind of decision for it, so what it says of ordinary decisions holds" in circle
    assert "How much agreement this needs is not settled in the charter." in circle
    council(site)
    page = words(site.rosa().get(f"{group(site)}/amend").text)
    assert "The charter has a kind of decision for it: Charter." in page
    assert "More than half of everybody on the roll must be in favour" in page
    assert "is not settled in the charter" not in page


def test_a_proposal_is_recorded_once_and_read_by_members_and_not_by_everybody(site: Site):
    council(site)
    assert proposes(site) == proposes(site)
    assert list(site.world.state().proposals) == [DIGEST]
    path = f"{group(site)}/proposed/{DIGEST}"
    said = words(site.rosa().get(path).text)
    assert "Half is too few." in said
    assert DIGEST in said
    assert site.rosa().get(f"{path}.toml").text == NEW
    assert site.visitor().get(path).status_code == 403
    assert "Half is too few" not in site.visitor().get(group(site)).text
    assert site.rosa().get(f"{group(site)}/proposed/{'0' * 64}").status_code == 404


def test_it_is_decided_and_put_in_force_and_pressed_twice_once(evening: Evening):
    site = evening.site
    moved = adopted(evening)
    state = site.world.state()
    assert state.motions[moved].decision == "charter", "whatever the form says"
    assert state.charter == COUNCIL, "decided is not yet in force"
    assert does(evening, "decide", motion=moved) is None
    page = site.rosa().get(f"{group(site)}/proposed/{DIGEST}").text
    assert "Put the amendment in force" in page
    assert "put it in force" in site.rosa().get(f"/g/{site.world.book}/decisions").text
    assert put_in_force(site, decision_of(site)).status_code == 200
    assert put_in_force(site, decision_of(site)).status_code == 200
    assert site.world.state().charter == NEW
    assert "More than two thirds of those present" in words(site.visitor().get(group(site)).text)
    assert "This is the charter that holds now." in site.rosa().get(f"{group(site)}/proposed/{DIGEST}").text


def test_another_text_than_the_decided_one_is_refused_in_both_languages(evening: Evening):
    site = evening.site
    other = proposes(site, NEW.replace('"2/3" }', '"3/4" }', 1))
    moved = adopted(evening)
    does(evening, "decide", motion=moved)
    answer = put_in_force(site, decision_of(site), other)
    assert answer.status_code == 409
    assert f"the SHA-256 of the decided one begins with {DIGEST[:12]}" in answer.text
    spanish = site.rosa().post(
        f"{group(site)}/in-force",
        data={"decision": decision_of(site), "digest": other},
        headers={"accept-language": "es"},
    )
    assert f"el SHA-256 del decidido empieza con {DIGEST[:12]}" in spanish.text
    assert site.world.state().charter == COUNCIL


def test_what_was_not_carried_or_is_about_something_else_puts_nothing_in_force(evening: Evening):
    site = evening.site
    moved = adopted(evening, favour=50)  # more than half of the 100 on the roll are needed
    assert does(evening, "decide", motion=moved) == "motion.not_adopted"
    assert put_in_force(site, an_id(1)).status_code == 404
    assert (
        does(evening, "move", text="The charter, somehow.", item="a1", decision="charter") == "charter.proposal_needed"
    )


def test_a_guest_at_the_assembly_reads_what_is_moved(evening: Evening):
    path = f"{evening.path}/charter/{DIGEST}"
    assert evening.site.visitor().get(path).status_code == 403
    phone = evening.comes(AMARU)
    does(evening, "move", charter=DIGEST, item="a1")
    assert path in phone.get(f"{evening.path}/live").text
    page = words(phone.get(path).text)
    assert "More than two thirds of those present" in page
    assert "Put the amendment in force" not in page
    away = evening.site.visitor()
    assert away.post(f"{evening.path}/coming", data={"name": "Somebody"}).status_code == 200
    assert away.get(path).status_code == 403, "saying that one will come opens nothing"
    other = proposes(evening.site, NEW.replace('"2/3" }', '"3/4" }', 1), reason="Three quarters.")
    assert phone.get(f"{evening.path}/charter/{other}").status_code == 403, "that one is not before this assembly"
    assert evening.rosa.get(f"{evening.path}/charter/{other}").status_code == 200


def test_a_text_under_which_nothing_could_be_decided_is_told_and_nothing_is_lost(site: Site):
    text = NEW.partition("[gatherings")[0] + "# so much work\n"
    sent = {"charter": text, "amends": charter.digest(COUNCIL), "do": "1", "reason": "Less."}
    answer = site.rosa().post(f"{group(site)}/amend", data=sent)
    assert answer.status_code == 422
    assert "names no kind of gathering" in answer.text
    assert "# so much work" in answer.text
    spanish = site.rosa().post(f"{group(site)}/amend", data=sent, headers={"accept-language": "es"})
    assert "ningún tipo de reunión" in spanish.text


def test_a_charter_that_names_no_kind_of_decision_for_it_can_be_amended(site: Site):
    neither = "".join(COUNCIL.partition("[decisions")[:1]) + '[decisions.other]\ntitle = { en = "O", es = "O" }\n'
    site.world.act(
        lambda _: assembly.CharterAmended(decision=an_id(1), charter=neither, charter_digest=charter.digest(neither))
    )
    page = words(site.rosa().get(f"{group(site)}/amend").text)
    assert "The charter names no kind of decision for it." in page
    assert "only everybody together can change it" in page
    assert "Change of the charter" in site.rosa().get(f"/s/{site.world.gathering}/convene").text


def test_the_assembly_amends_it_with_another_proposal_only(evening: Evening):
    other = proposes(evening.site, NEW.replace('"2/3" }', '"3/4" }', 1), reason="Three quarters.")
    moved = an_id(next(KEYS))
    does(evening, "move", charter=DIGEST, item="a1", key=moved)
    assert does(evening, "amend", motion=moved, text="Something else") == "charter.proposal_needed"
    change = an_id(next(KEYS))
    assert does(evening, "amend", motion=moved, charter=other, key=change) is None
    assert does(evening, "settle", motion=moved, amendment=change, outcome="adopted") is None
    assert evening.site.world.state().motions[moved].charter == other


def test_a_refusal_names_the_pending_amendment(evening: Evening):
    moved = an_id(next(KEYS))
    assert does(evening, "move", text="Mend the pump.", item="a2", decision="simple", key=moved) is None
    assert does(evening, "amend", motion=moved, text="Mend the old pump.") is None
    answer = evening.rosa.post(
        f"{evening.path}/chair/assembly/withdraw", data={"motion": moved, "key": an_id(next(KEYS))}
    )
    assert answer.status_code == 409
    assert "a pending amendment comes first: “Mend the old pump.”" in words(answer.text)


def test_a_member_reads_it_by_their_card(evening: Evening):
    _, key = enrolled(evening, "Inés")
    phone = evening.site.visitor()
    path = f"{group(evening.site)}/proposed/{DIGEST}"
    assert phone.get(path).status_code == 403
    assert phone.post(f"/m/{key}").status_code == 200
    assert "Half is too few." in phone.get(path).text
    assert "Half is too few." in phone.get(group(evening.site)).text


def test_each_step_of_a_proposal_is_told(evening: Evening):
    site = evening.site
    shown = lambda digest: site.rosa().get(f"{group(site)}/proposed/{digest}").text  # noqa: E731
    other = proposes(site, NEW.replace('"2/3" }', '"3/4" }', 1))
    assert "Next: convene an assembly" in shown(other)
    moved = an_id(next(KEYS))
    does(evening, "move", charter=DIGEST, item="a1", key=moved)
    does(evening, "amend", motion=moved, charter=other, key=an_id(next(KEYS)))
    assert "It is before an assembly." in shown(DIGEST)
    assert "It is before an assembly." in shown(other)
    does(evening, "withdraw", motion=moved)
    does(evening, "table", motion=moved)
    again = adopted(evening)
    assert "The chair records the decision" in shown(DIGEST)
    does(evening, "decide", motion=again)
    put_in_force(site, decision_of(site))
    assert "It changes a charter that does not hold now" in shown(other)
    today = words(site.rosa().get(f"{group(site)}/amend?again={other}").text)
    assert "Now More than two thirds of those present" in today
    assert "Proposed More than three quarters of those present" in today
    stale = site.rosa().post(
        f"{group(site)}/amend", data={"charter": COUNCIL, "amends": charter.digest(COUNCIL), "do": "1"}
    )
    assert "Proposed More than half of those present" in words(stale.text), "the charter was changed meanwhile"
    built = proposes(site, COUNCIL, amends=NEW)
    assert "More than half of those present" in words(shown(built)), "the way back is a proposal like others"

"""Signing a petition on one's own phone and at the desk: counted once, told to nobody, gone with the count."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.council import AMARU, INES, Council
from tests.web.test_offices import at, mandate, read

from comuna.rules import election, recall
from comuna.rules.register import Given, Row
from comuna.store import backup, cards, expiry, moving, people, register, schema, signatures
from comuna.store.store import Store
from comuna.store.writer import Transaction

PETITION = an_id(400)
VOTER = {"vote": "2026-Q1"}


@pytest.fixture
def council(site: Site) -> Council:
    """A council whose finance unit holds Inés and Amaru, and a petition against Inés."""
    made = Council(site)
    made.call()
    made.open()
    for each in (INES, AMARU):
        made.stand(each)
    made.elect(304, {INES: 31, AMARU: 25}, (INES, AMARU))
    asked = {"mandate": mandate(made, INES), "cause": "funds", "asked_by": "roll", "received_by": "control"}
    made.act(lambda s: recall.petition(s, by=made.rosa, recall=PETITION, today=made.today, **asked))
    return made


def enrol(council: Council, name: str, rights: dict[str, str] = VOTER) -> Row:
    """Somebody on the register."""
    given = Given(name=name, rights=rights)
    return council.store.write(lambda tx: register.add(tx, council.store.shelf, council.book, given, by=council.rosa))


def phone_of(site: Site, council: Council, row: Row) -> TestClient:
    """Somebody's phone, opened with their card."""

    def job(tx: Transaction) -> str:
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, council.book, {row.member: digest})
        return key

    phone = site.visitor()
    assert phone.post(f"/m/{council.store.write(job)}").status_code == 200
    return phone


def so_far(council: Council) -> signatures.Signed:
    with council.store.read() as connection:
        return signatures.so_far(connection, PETITION)


def days_pass(council: Council, days: int = 1) -> None:
    council.store.clock.forward(days=days)


def number(phone: TestClient, path: str) -> tuple[str, str]:
    """The number that a page shows, and what it says of it."""
    shown = read(phone, path).select_one(".gathered")
    return shown.select_one("b").text, " ".join(shown.select_one(".small").text.split())


def rows(council: Council) -> int:
    with council.store.read() as connection:
        return sum(len(connection.execute(sa.select(t)).all()) for t in (schema.signatures, schema.petitions))


@pytest.fixture
def sign(council: Council) -> str:
    return at(council, f"recalls/{PETITION}/sign")


def test_a_member_signs_once_takes_it_back_and_no_page_tells_which(site: Site, council: Council, sign: str):
    phone = phone_of(site, council, enrol(council, "Noor"))
    assert sign in phone.get(at(council, "me")).text, "the member's own page leads there"
    before = phone.get(sign).text
    assert "never who" in before
    forms = read(phone, sign).select("form")
    for _ in range(3):
        answer = phone.post(sign)
        assert "Your signature is there." in answer.text
    assert so_far(council) == signatures.Signed(phone=1)
    phone.post(f"{sign}/take-back")
    assert phone.get(sign).text == before
    phone.post(sign)
    assert read(phone, sign).select("form") == forms, "whoever looks at the phone reads the same"
    assert "Take my signature back" in before
    for _ in range(2):
        assert "There is no signature of yours." in phone.post(f"{sign}/take-back").text
    assert so_far(council) == signatures.Signed()


def test_a_phone_that_somebody_takes_away_does_not_tell_by_the_number(site: Site, council: Council, sign: str):
    signer, other = (phone_of(site, council, enrol(council, name)) for name in ("Noor", "Paz"))
    rosa, page = site.rosa(), at(council, f"recalls/{PETITION}")
    signer.post(sign)
    for n in range(5):
        phone_of(site, council, enrol(council, f"Person {n}")).post(sign)
    assert number(signer, sign)[0] == number(rosa, page)[0] == "0", "whoever signs today is counted tomorrow"
    days_pass(council)
    assert number(signer, sign) == number(rosa, page) == ("6", "By that count it is enough.")
    for phone in (signer, other):
        before = phone.get(sign).text
        assert "There is no signature of yours." in phone.post(f"{sign}/take-back").text
        assert phone.get(sign).text == before, "on the same day nothing moves"
        days_pass(council)
        assert phone.get(sign).text == before, "nor on the day after: it is fewer than five"
        phone.post(sign)
        assert phone.get(sign).text == before


def test_the_number_that_is_told_follows_in_steps_and_never_on_the_same_day(council: Council, site: Site, sign: str):
    phones = [phone_of(site, council, enrol(council, f"Person {n}")) for n in range(11)]
    look, told = phones[0], []
    for signing in (4, 1, 4, 2):
        for phone in phones[so_far(council).phone :][:signing]:
            phone.post(sign)
        told.append(number(look, sign)[0])
        days_pass(council)
        told.append(number(look, sign)[0])
    assert told == ["0", "0", "0", "5", "5", "5", "5", "11"]
    for phone in phones[:7]:
        phone.post(f"{sign}/take-back")
    assert number(look, sign)[0] == "11"
    days_pass(council, 3)
    assert number(look, sign) == ("4", "By that count it is enough.")


def test_who_may_not_vote_may_not_sign(site: Site, council: Council, sign: str):
    for name, rights in (("Guest", {"voice": "2026-Q1"}), ("Later", {"vote": "2031-Q1"})):
        phone = phone_of(site, council, enrol(council, name, rights))
        assert "you do not have the right to vote today" in phone.get(sign).text
        assert phone.post(sign).status_code == 403
    assert site.visitor().get(sign).status_code == 403
    assert site.visitor().post(sign).status_code == 403
    assert rows(council) == 0


def test_the_card_of_another_group_opens_nothing_and_a_petition_belongs_to_its_group(site: Site, council: Council):
    w = site.world
    given = Given(name="Elsewhere", rights=VOTER)
    other = w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, given, by=w.rosa))

    def job(tx: Transaction) -> str:
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, w.book, {other.member: digest})
        return key

    phone = site.visitor()
    phone.post(f"/m/{w.store.write(job)}")
    assert phone.post(at(council, f"recalls/{PETITION}/sign")).status_code == 403
    for rest in ("sign", "sign/take-back"):
        assert phone.post(f"/g/{w.book}/recalls/{PETITION}/{rest}").status_code == 404
    assert phone.get(f"/g/{w.book}/recalls/{PETITION}/sign").status_code == 404
    assert rows(council) == 0


def test_another_site_cannot_sign_for_somebody(site: Site, council: Council, sign: str):
    phone = phone_of(site, council, enrol(council, "Noor"))
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert phone.post(sign, headers=foreign).status_code == 403
    assert rows(council) == 0


def test_the_desk_takes_paper_and_learns_nothing_of_phones(site: Site, council: Council, sign: str):
    rosa, noor = site.rosa(), enrol(council, "Noor")
    phone_of(site, council, noor).post(sign)
    paper = at(council, f"recalls/{PETITION}/paper")
    told = [rosa.post(paper, data={"member": noor.member}).text for _ in range(2)]
    assert "The signature is taken." in told[0]
    assert so_far(council) == signatures.Signed(phone=1, paper=1), "the count goes up whether she signed or not"
    assert rosa.post(paper, data={"member": "999999"}).status_code == 404
    assert site.visitor().post(paper, data={"member": noor.member}).status_code in (401, 403)
    guest = enrol(council, "Guest", {})
    assert rosa.post(paper, data={"member": guest.member}).status_code == 403
    phone_of(site, council, noor).post(f"{sign}/take-back")
    assert so_far(council) == signatures.Signed(), "her own word holds, whichever way she signed"


def test_certifying_counts_each_person_once_and_leaves_nothing(
    site: Site, council: Council, sign: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    rosa, path = site.rosa(), at(council, f"recalls/{PETITION}")
    people_ = [enrol(council, f"Person {n}") for n in range(30)]
    for row in people_[:3]:
        phone_of(site, council, row).post(sign)
    for row in (people_[0], people_[3]):
        rosa.post(f"{path}/paper", data={"member": row.member})
    days_pass(council)
    page = read(rosa, path)
    shown = " ".join(page.select_one(".gathered").text.split())
    assert "5 signatures when they were last counted; 3 of 30 on the roll are needed" in shown
    assert not page.select("[name=roll]"), "the register says how many are on the roll"
    given = Given(rights={"vote": ""})
    council.store.write(
        lambda tx: register.correct(tx, council.store.shelf, council.book, people_[1].member, given, by=council.rosa)
    )
    size = council.state.size
    for _ in range(2):
        assert rosa.post(f"{path}/certify", data={"signatures": "0", "destroyed": "1"}).status_code == 200
    assert council.state.size == size + 1
    page = " ".join(read(rosa, path).text.split())
    assert "3 signed; 3 of 29 on the roll were needed." in page
    assert rows(council) == 0
    with council.store.read() as connection:
        book = b"".join(bytes(leaf) for (leaf,) in connection.execute(sa.select(schema.acts.c.leaf)))
    for row in people_[:4]:
        assert row.member.encode() not in book
        assert row.member not in caplog.text
        assert row.member not in page
    phone = phone_of(site, council, people_[5])
    assert phone.post(sign).status_code == 409
    assert "The count is certified: 3 signed" in phone.get(sign).text
    assert phone.post(f"{sign}/take-back").status_code == 200
    assert rows(council) == 0


def test_too_few_are_not_certified_by_mistake(site: Site, council: Council, sign: str):
    rosa, path = site.rosa(), at(council, f"recalls/{PETITION}")
    phones = [phone_of(site, council, enrol(council, f"Person {n}")) for n in range(11)]
    phones[0].post(sign)
    sent = {"signatures": "0", "destroyed": "1"}
    refused = rosa.post(f"{path}/certify", data=sent)
    assert refused.status_code == 409
    assert "too few" in refused.text
    assert so_far(council).phone == 1, "the signatures are still there"
    rosa.post(f"{path}/certify", data={**sent, "short": "1"})
    assert council.state.recalls[PETITION].status == "dismissed"
    assert rows(council) == 0


def test_who_leaves_takes_their_signature_along(site: Site, council: Council, sign: str):
    row = enrol(council, "Noor")
    phone_of(site, council, row).post(sign)
    council.store.write(lambda tx: register.leave(tx, council.store.shelf, council.book, row.member, by=council.rosa))
    assert so_far(council) == signatures.Signed()


def test_no_backup_holds_signatures(site: Site, council: Council, sign: str, tmp_path):
    row = enrol(council, "Noor")
    phone_of(site, council, row).post(sign)
    file = backup.back_up(council.store, tmp_path / "backups").file
    backup.restore(str(tmp_path / "new.sqlite"), file, lambda: "")
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(sa.select(schema.register.c.name).where(schema.register.c.name == "Noor")).first()
        for table in (schema.signatures, schema.petitions):
            assert connection.execute(sa.select(table)).all() == []


def test_a_group_that_moves_leaves_its_signatures_nowhere(site: Site, council: Council, sign: str, tmp_path):
    phone_of(site, council, enrol(council, "Noor")).post(sign)
    moving.send(council.store, council.book, tmp_path / "a group", "a long enough passphrase", move=True)
    assert rows(council) == 0
    home = Store(str(tmp_path / "home.sqlite"))
    moving.take_in(home, tmp_path / "a group", lambda: "a long enough passphrase")
    with home.read() as connection:
        assert signatures.so_far(connection, PETITION) == signatures.Signed()
    home.close()


def test_signatures_go_when_the_office_ends_before_the_count(site: Site, council: Council, sign: str):
    phone = phone_of(site, council, enrol(council, "Noor"))
    phone.post(sign)
    today = council.store.clock().date()
    assert expiry.unsign(council.store, today) == 0
    held = mandate(council, INES)
    council.act(lambda s: election.end(s, by=council.rosa, mandate=held, reason="resigned", today=council.today))
    assert phone.post(sign).status_code == 409
    assert expiry.unsign(council.store, today) == 1
    assert rows(council) == 0


def test_what_a_unit_asks_for_cannot_be_signed(site: Site, council: Council):
    asked = {"mandate": mandate(council, AMARU), "cause": "funds", "asked_by": "control", "received_by": "control"}
    council.act(lambda s: recall.petition(s, by=council.rosa, recall=an_id(401), today=council.today, **asked))
    phone = phone_of(site, council, enrol(council, "Noor"))
    path = at(council, f"recalls/{an_id(401)}/sign")
    assert "No signatures are collected" in phone.get(path).text
    assert phone.post(path).status_code == 409

"""Certificates at the desk and on whatever phone: issued, printed, checked, revoked, erased."""

from __future__ import annotations

import html
import re

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import an_id
from tests.paper.reading import accessible, pages
from tests.paper.scanning import scanned
from tests.web.conftest import Site
from tests.web.council import Council
from tests.web.test_signing import enrol, phone_of

from comuna.kernel import identity, note
from comuna.kernel.refusal import Refused
from comuna.rules import certificate_code as codes
from comuna.rules.register import Given, Row
from comuna.store import book_keys, checkpoints, register, texts

WORDS = "El Consejo de El Molino hace constar que Inés Ñáñez vive en esta comunidad.\nFirmado por Finanzas."
ONE = an_id(500)


@pytest.fixture
def council(site: Site) -> Council:
    return Council(site)


def resident(council: Council, name: str = "Inés Ñáñez") -> Row:
    given = Given(name=name, kind="resident", household="12")
    return council.store.write(lambda tx: register.add(tx, council.store.shelf, council.book, given, by=council.rosa))


def room(council: Council) -> str:
    return f"/g/{council.book}/certificates"


def issue(rosa, council: Council, row: Row | None = None, **changes: str):
    row = row or resident(council)
    form = {"kind": "residence", "member": row.member, "certificate": ONE, "language": "es", "words": WORDS}
    return rosa.post(f"{room(council)}/new", data={**form, "unit": "finance", "until": "2027-06-30", **changes})


def code(council: Council, id: str = ONE) -> str:
    """The letters of a certificate's code, as they are printed now."""
    found = council.state.certificates[id]
    with council.store.read() as connection:
        text = texts.kept(connection, found.text)
        proof = checkpoints.proving(connection, council.store.shelf, council.book, found.act)
    assert text is not None
    return codes.letters(codes.pack(text, proof, council.state.keys))


def verdict(page: str) -> str:
    """The state that the page that checks says."""
    return re.search(r'data-state="(\w*)"', page)[1]


def test_a_certificate_is_issued_in_exact_words_and_checked_by_anyone(site: Site, council: Council):
    rosa = site.rosa()
    row = resident(council)
    drafted = rosa.get(f"{room(council)}/new?kind=residence&member={row.member}&language=es").text
    assert "hace constar que Inés Ñáñez" in html.unescape(drafted)
    assert "12" not in re.search(r"<textarea[^>]*>(.*?)</textarea>", drafted, re.DOTALL)[1]
    assert issue(rosa, council, row).status_code == 200
    assert issue(rosa, council, row).status_code == 200, "sent twice"
    assert len(council.state.certificates) == 1
    answer = site.visitor().post("/c", data={"code": f"http://testserver/c#{code(council)}"})
    assert verdict(answer.text) == "good"
    assert "Inés Ñáñez vive" in html.unescape(answer.text)
    assert row.member not in answer.text


def test_a_certificate_that_was_revoked_is_said_to_be(site: Site, council: Council):
    rosa = site.rosa()
    issue(rosa, council)
    printed = code(council)
    for _ in range(2):
        shown = rosa.post(f"{room(council)}/{ONE}/revoke", data={"reason": "Se mudó."})
    assert "Se mudó." in shown.text
    assert council.state.certificates[ONE].revoked == council.today
    assert rosa.get(f"{room(council)}/{ONE}.pdf").status_code == 409, "it is not printed any more"
    assert verdict(site.visitor().post("/c", data={"code": printed}).text) == "revoked"
    told = site.visitor().get(f"/c/{council.book}/revoked.json").json()
    assert told["revoked"] == [ONE]
    assert "Se mudó" not in str(told)


def test_an_old_certificate_holds_when_the_book_has_grown_and_its_key_was_changed(site: Site, council: Council):
    rosa = site.rosa()
    issue(rosa, council)
    printed = [code(council)]
    for n in range(3):
        resident(council, f"Vecina {n}")
        council.store.write(lambda tx: book_keys.rotate(tx, council.store.shelf, council.book, by=council.rosa))
        printed.append(code(council))
    for each in printed:
        assert verdict(site.visitor().post("/c", data={"code": each}).text) == "good"


class Circle(Council):
    """The study circle, whose recovery key is known."""

    def __init__(self, site: Site) -> None:
        self.site, self.store = site, site.world.store
        self.clock = self.store.clock
        self.book, self.rosa = site.world.book, site.world.rosa


def test_after_a_key_was_recovered_the_code_alone_does_not_confirm_it_but_the_book_does(site: Site):
    rosa, council = site.rosa(), Circle(site)
    issue(rosa, council, unit="")
    old = code(council)
    letters = identity.key_from_letters(site.world.recovery)
    council.store.write(lambda tx: book_keys.recover(tx, council.store.shelf, council.book, letters, by=council.rosa))
    new = code(council)
    assert codes.check(codes.packed_in(old)).confirmed
    assert not codes.check(codes.packed_in(new)).confirmed
    for each in (old, new):
        assert verdict(site.visitor().post("/c", data={"code": each}).text) == "good"


def test_erased_words_are_gone_here_and_a_printed_certificate_still_holds(site: Site, council: Council):
    rosa = site.rosa()
    issue(rosa, council)
    printed = code(council)
    assert rosa.post(f"{room(council)}/{ONE}/erase").status_code == 400, "it wants to be confirmed"
    for _ in range(2):
        shown = rosa.post(f"{room(council)}/{ONE}/erase", data={"sure": "1"})
        assert shown.status_code == 200
    assert "Ñáñez vive" not in html.unescape(shown.text)
    assert rosa.get(f"{room(council)}/{ONE}.pdf").status_code == 409
    assert verdict(site.visitor().post("/c", data={"code": printed}).text) == "good"


def test_a_certificate_of_another_past_is_not_good_here(site: Site, council: Council):
    """Somebody who has the book's key writes a book of their own."""
    issue(site.rosa(), council)
    packed = bytearray(codes.packed_in(code(council)))
    carried = codes.unpack(bytes(packed))
    other = msgspec.structs.replace(carried, words="Otra cosa.")
    with council.store.read() as connection:
        private = book_keys.private_key(connection, council.book)
    signed = note.signed_checkpoint(council.book, other.size, other.root, private)
    forged = codes._written(msgspec.structs.replace(other, signature=signed.signatures[0].signature))
    assert codes.check(forged).carried.words == "Otra cosa.", "the signature holds"
    assert verdict(site.visitor().post("/c", data={"code": codes.letters(forged)}).text) == "disputed"


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_byte_is_changed_the_check_notices(site: Site, council: Council, data):
    if ONE not in council.state.certificates:
        issue(site.rosa(), council)
        for _ in range(2):
            council.store.write(lambda tx: book_keys.rotate(tx, council.store.shelf, council.book, by=council.rosa))
    packed = codes.packed_in(code(council))
    codes.check(packed)
    at, mask = data.draw(st.integers(0, len(packed) - 1)), data.draw(st.integers(1, 255))
    changed = bytearray(packed)
    changed[at] ^= mask
    with pytest.raises(Refused) as refused:
        codes.check(bytes(changed))
    assert refused.value.code in ("certificate.wrong", "certificate.unreadable")


@given(st.binary(min_size=1, max_size=400))
def test_letters_bring_back_the_bytes_in_one_way(raw: bytes):
    written = codes.letters(raw)
    assert set(written) <= set(codes.LETTERS)
    assert codes.packed_in(written) == raw


@settings(max_examples=200)
@given(st.text(alphabet=codes.LETTERS, max_size=60) | st.text(max_size=60))
def test_rubbish_is_told_from_certificates(written: str):
    with pytest.raises(Refused):
        codes.check(codes.packed_in(codes.code_in(written)))


def test_what_the_register_does_not_have_is_not_certified(site: Site, council: Council):
    rosa = site.rosa()
    guest = enrol(council, "Noor", {})
    council.store.write(
        lambda tx: register.correct(
            tx, council.store.shelf, council.book, guest.member, Given(kind="guest"), by=council.rosa
        )
    )
    for kind in ("residence", "membership"):
        assert issue(rosa, council, guest, kind=kind).status_code == 409
    row = resident(council)
    assert issue(rosa, council, row, kind="mandate", mandate=f"{ONE}.0").status_code == 404
    assert issue(rosa, council, row, kind="decision", decision=ONE).status_code == 404
    assert issue(rosa, council, row, unit="nowhere").status_code == 400
    assert issue(rosa, council, row, until="2020-01-01").status_code == 400
    for until in ("tomorrow", "20270101", "2027-02-30"):
        assert issue(rosa, council, row, until=until).status_code == 400
    kept = issue(rosa, council, row, words="x" * 501, until="2027-01-01")
    assert kept.status_code == 400
    assert "x" * 500 in kept.text, "nothing that was written is lost"
    assert len(council.state.certificates) == 0


def test_a_member_asks_on_their_phone_and_the_desk_writes_it_in_the_name_they_want(site: Site, council: Council):
    rosa, row = site.rosa(), resident(council)
    phone = phone_of(site, council, row)
    assert "Do you need a certificate?" in phone.get(f"/g/{council.book}/me").text
    phone.post(f"/g/{council.book}/me/certificate", data={"kind": "residence", "words": "Inés del Valle"})
    assert "Fetch it at the desk" in phone.get(f"/g/{council.book}/me").text
    desk = rosa.get(room(council)).text
    assert "Inés del Valle" in desk
    assert "asks for a certificate" in rosa.get(f"/g/{council.book}/register").text
    way = html.unescape(re.search(r'href="(/g/[^"]*certificates/new[^"]*request[^"]*)"', desk)[1])
    drafted = rosa.get(way).text
    assert "that Inés del Valle stands on its register as a resident" in drafted
    request = re.search(r'name="request" value="(\w+)"', drafted)[1]
    issue(rosa, council, row, request=request)
    assert "ask for one" not in rosa.get(room(council)).text
    assert "Fetch it at the desk" not in phone.get(f"/g/{council.book}/me").text


def test_nobody_but_the_desk_sees_words_and_names(site: Site, council: Council):
    rosa, row = site.rosa(), resident(council)
    issue(rosa, council, row)
    rosa.post(f"/b/{council.book}/keeping/publish")
    act = council.state.certificates[ONE].act
    stranger, phone = site.visitor(), phone_of(site, council, row)
    for each in (stranger, phone):
        for path in (room(council), f"{room(council)}/{ONE}.pdf", f"{room(council)}/{ONE}.tlog-proof"):
            assert each.get(path).status_code in (401, 403)
        for path in (f"/b/{council.book}", f"/b/{council.book}/act/{act}"):
            shown = html.unescape(each.get(path).text)
            assert "A certificate of residence was issued" in shown
            assert "Ñáñez" not in shown
            assert row.member not in shown
    assert row.member.encode() not in rosa.get(f"{room(council)}/{ONE}.tlog-proof").content


@pytest.mark.parametrize("paper", ["a4", "letter", "card"])
def test_what_is_printed_holds_the_proof_in_its_code(site: Site, council: Council, paper: str):
    rosa = site.rosa()
    issue(rosa, council)
    made = rosa.get(f"{room(council)}/{ONE}.pdf?paper={paper}&language=es").content
    [text] = pages(made)
    assert "Constancia de residencia" in text
    assert "Inés Ñáñez vive en esta comunidad." in text
    assert "12" not in text.replace(council.book, "").partition("Firmado")[0].replace("2026", "")
    assert accessible(made)
    [read] = scanned(made)
    assert read.startswith("http://testserver/c#")
    assert codes.check(codes.packed_in(codes.code_in(read))).carried.words == WORDS


@pytest.mark.parametrize("left_out", ["kind", "member", "certificate", "language", "words", "unit", "until"])
@pytest.mark.parametrize("value", [None, "", "zzz"])
def test_a_form_that_lacks_something_gets_a_sentence(site: Site, council: Council, left_out: str, value: str | None):
    form = {"kind": "residence", "member": resident(council).member, "certificate": ONE, "language": "es"}
    form |= {"words": WORDS, "unit": "finance", "until": "2027-06-30"}
    form.pop(left_out)
    if value is not None:
        form[left_out] = value
    answer = site.rosa().post(f"{room(council)}/new", data=form)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        found = re.search(r'role="alert"[^>]*>(.*?)</|<h1>(.*?)</h1>', answer.text, re.DOTALL)
        assert found is not None, answer.text
        assert len(council.state.certificates) == 0
    else:
        assert len(council.state.certificates) <= 1
    for path in (f"{room(council)}/{ONE}/revoke", f"{room(council)}/{ONE}/erase", f"/g/{council.book}/me/certificate"):
        assert site.rosa().post(path, data={}).status_code < 500

"""The book on the web: who may read it, its files, its proofs, checking, keeping, erasing."""

from __future__ import annotations

import gzip
import io
import re
import zipfile

import pytest
from tests.cast import AMARU, World, an_id
from tests.store.test_damage import rewind
from tests.web.conftest import Site

from comuna.kernel import identity, note, proof_file
from comuna.kernel.tiles import tiles_of, unbundle
from comuna.kernel.tree import leaf_hash, root
from comuna.rules import custody
from comuna.store import checkpoints, witness
from comuna.store.leaves import leaves


def of(site: Site, room: str = "") -> str:
    return f"/b/{site.world.book}{room}"


def close(site: Site) -> str:
    """Rosa closes the session; the path of its record."""
    closed = site.rosa().post(f"{site.path}/close", data={"summary": "We spoke of water.", "past": "1"})
    assert closed.status_code in (200, 303), closed.text
    return f"{site.path}/record"


def checkpoint_of(world: World) -> note.Checkpoint:
    with world.store.read() as connection:
        return checkpoints.newest(connection, world.store.shelf, world.book)


# Who may read it


def test_a_book_is_for_its_members_and_its_checkpoint_for_everybody(site: Site) -> None:
    rosa, visitor = site.rosa(), site.visitor()
    rooms = ["/book.zip", "/tile/entries/000.p/3", "/tile/0/000.p/3", "/act/0", "/act/0/proof"]
    for room in rooms:
        assert rosa.get(of(site, room)).status_code == 200, room
        refused = visitor.get(of(site, room))
        assert refused.status_code == 403, room
        assert "for its members" in refused.text
    for room in ("", "/checkpoint", "/checking"):
        assert visitor.get(of(site, room)).status_code == 200
    assert "joined the group" in rosa.get(of(site)).text
    assert "joined the group" not in visitor.get(of(site)).text


def test_a_group_makes_its_book_public_and_takes_it_back(site: Site) -> None:
    rosa, visitor = site.rosa(), site.visitor()
    assert visitor.post(of(site, "/keeping/publish")).status_code == 403
    rosa.post(of(site, "/keeping/publish"))
    size = site.world.state().size
    tile = visitor.get(of(site, f"/tile/entries/000.p/{size}"))
    assert tile.status_code == 200
    assert "public" in tile.headers["cache-control"]
    assert "The group made its book public." in visitor.get(of(site)).text
    assert rosa.post(of(site, "/keeping/publish")).status_code == 409
    rosa.post(of(site, "/keeping/withdraw"))
    assert visitor.get(of(site, f"/tile/entries/000.p/{size}")).status_code == 403


# The files


def test_the_files_are_those_of_the_specification(site: Site) -> None:
    site.world.grow(300)
    rosa = site.rosa()
    served = note.checkpoint(rosa.get(of(site, "/checkpoint")).text)
    assert served.signed_by(custody.current_key(site.world.state()))
    read: list[bytes] = []
    for tile in tiles_of(served.size):
        answer = rosa.get(of(site, "/" + tile.path))
        assert answer.status_code == 200, tile.path
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        if tile.level is None:
            read += unbundle(answer.content)
    assert root(leaf_hash(leaf) for leaf in read) == served.root
    for none in (
        "/tile/0/001.p/45",
        "/tile/0/002",
        "/tile/entries/000.p/0",
        "/tile/1/000.p/2",
        "/tile/8/000",
        "/tile/x",
    ):
        assert rosa.get(of(site, none)).status_code == 404, none
    assert rosa.get(of(site, "/tile/0/000.p/17")).status_code == 200, "an older checkpoint may need it"


def test_bundles_are_packed_for_those_who_take_that(site: Site) -> None:
    plain = site.rosa().get(of(site, "/tile/entries/000.p/3"), headers={"accept-encoding": "identity"})
    packed = site.rosa().get(of(site, "/tile/entries/000.p/3"), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # the client unpacks
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_the_whole_book_in_one_file(site: Site) -> None:
    answer = site.rosa().get(of(site, "/book.zip"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert {tile.path for tile in tiles_of(3)} < set(packed.namelist())
        assert note.checkpoint(packed.read("checkpoint").decode()) == checkpoint_of(site.world)


# Proofs


def test_an_act_has_its_page_with_a_proof_that_holds(site: Site) -> None:
    site.world.grow(7)
    rosa = site.rosa()
    page = rosa.get(of(site, "/act/3")).text
    assert "The session was called off." in page
    assert 'class="way"' in page
    assert "<title>QR code of the proof</title>" in page
    proof = proof_file.read(rosa.get(of(site, "/act/3/proof")).text)
    with site.world.store.read() as connection:
        (leaf,) = leaves(connection, site.world.book, 3, 4)
    assert proof.index == 3
    assert proof.holds(leaf)
    assert proof.extra.leaf == leaf.decode()
    assert proof.checkpoint.signed_by(proof.keys()[-1])
    assert rosa.get(of(site, "/act/7")).status_code == 404
    assert rosa.get(of(site, "/act/99999999999999999999")).status_code == 404
    assert rosa.get(of(site, "/act/-1")).status_code == 404


def test_a_record_carries_its_proof_on_the_page_and_on_paper(site: Site) -> None:
    record = close(site)
    visitor = site.visitor()
    page = visitor.get(record).text
    assert "<title>QR code of the proof</title>" in page
    assert f"comuna/{site.world.book}" in page
    proof = proof_file.read(visitor.get(f"{record}/proof").text)
    digest = visitor.get(f"{record}.json").json()["digest"]
    assert proof.extra.leaf is not None
    assert digest in proof.extra.leaf, "the act that is proved names this record"
    assert proof.holds(proof.extra.leaf.encode())
    markdown = visitor.get(f"{record}.md").text
    assert f"    comuna/{site.world.book}\n" in markdown
    from pypdf import PdfReader

    pdf = PdfReader(io.BytesIO(visitor.get(f"{record}.pdf").content))
    text = "".join(page.extract_text() for page in pdf.pages).replace("\u200b", "")
    assert f"comuna/{site.world.book}" in text


def test_proofs_still_hold_after_the_key_was_replaced(site: Site) -> None:
    rosa = site.rosa()
    before = rosa.get(of(site, "/checkpoint")).text
    rosa.post(of(site, "/keeping/rotate"))
    proof = proof_file.read(rosa.get(of(site, "/act/0/proof")).text)
    assert len(proof.keys()) == 2
    assert proof.checkpoint.signed_by(proof.keys()[1])
    assert not proof.checkpoint.signed_by(proof.keys()[0])
    assert "It is this book’s past." in compared(site, before), "what the old key signed stays good"
    assert "confirmed" in rosa.get(of(site)).text


# Checking


def compared(site: Site, kept: str) -> str:
    return site.visitor().post(of(site, "/checking"), data={"kept": kept}).text


def test_a_checkpoint_that_somebody_kept_is_held_against_the_book(site: Site) -> None:
    kept = site.visitor().get(of(site, "/checkpoint")).text
    assert "It is the same." in compared(site, kept)
    assert "It is the same." in compared(site, kept.replace("\n", "\r\n") + "  \r\n"), "as browsers send it"
    assert "It is the same." in compared(site, kept.replace("comuna/", "comuna/\u200b")), "as it is copied from a PDF"
    site.world.grow(9)
    assert "It is this book’s past." in compared(site, kept)
    assert "not signed with this book’s key" in compared(site, kept.replace("\n3\n", "\n2\n"))
    other = note.signed_checkpoint(an_id(5), 3, bytes(32), bytes(32)).text
    assert "It is of another book." in compared(site, other)
    assert site.visitor().post(of(site, "/checking"), data={"kept": "hello"}).status_code == 400
    proof = site.rosa().get(of(site, "/act/2/proof")).text
    assert "The proof holds: act 2 stands in the book" in compared(site, proof)


def test_a_book_that_was_set_back_and_rewritten_is_shown_as_two_pasts(site: Site) -> None:
    site.world.grow(6)
    kept = site.visitor().get(of(site, "/checkpoint")).text
    rewind(site.world, 4)
    assert "Yours is longer." in compared(site, kept)
    for n in range(6, 10):
        site.world.call(an_id(n))
    assert "Two pasts of one book" in compared(site, kept)
    public = site.visitor().get(of(site)).text
    assert "Two pasts of one book" in public, "everybody sees it from now on"
    assert "Two pasts of one book" in site.visitor().get(of(site, "/checking")).text
    forged = kept.replace("\n6\n", "\n5\n")
    assert "not signed with this book’s key" in compared(site, forged)
    with site.world.store.read() as connection:
        assert len(witness.disputes(connection)) == 1, "what is not signed is no evidence"


def test_whoever_gives_out_a_checkpoint_remembers_it_beside_the_database(site: Site) -> None:
    site.visitor().get(of(site, "/checkpoint"))
    last = site.world.store.published.last(site.world.book)
    assert last is not None
    assert last.size == 3


def test_the_program_that_checks_is_there_to_take(site: Site) -> None:
    answer = site.visitor().get("/verify.py")
    assert answer.status_code == 200
    assert "#!/usr/bin/env python3" in answer.text


# Keeping


def test_only_facilitators_keep_the_book(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get(of(site, "/keeping")).status_code == 403
    for do in ("publish", "withdraw", "witness", "dismiss", "rotate", "recover"):
        assert visitor.post(of(site, f"/keeping/{do}"), data={"witness": "x", "name": "x"}).status_code == 403
    assert site.world.state().size == 3


def test_a_witness_is_named_by_its_line_and_dismissed(site: Site) -> None:
    rosa = site.rosa()
    itself = re.search(r"comuna/witness/\S+ http://testserver/witness", site.visitor().get("/witness").text)
    assert itself is not None
    assert rosa.post(of(site, "/keeping/witness"), data={"witness": itself[0]}).status_code == 400
    line = [f"{note.Verifier('w.example/1', note.public_key(bytes(32)), note.COSIGNATURE)} https://w.example/witness"]
    rosa.post(of(site, "/keeping/witness"), data={"witness": line[0]})
    (named,) = site.world.state().witnesses.values()
    assert named.address == "https://w.example/witness"
    assert "Has not seen the book yet." in rosa.get(of(site)).text
    assert rosa.post(of(site, "/keeping/witness"), data={"witness": line[0]}).status_code == 409
    for wrong in ("", "hello", line[0].split()[0], line[0].replace("https://", "ftp://"), "a b c"):
        assert rosa.post(of(site, "/keeping/witness"), data={"witness": wrong}).status_code == 400, wrong
    book_key = str(custody.current_key(site.world.state()))
    assert rosa.post(of(site, "/keeping/witness"), data={"witness": f"{book_key} https://w"}).status_code == 400
    rosa.post(of(site, "/keeping/dismiss"), data={"name": named.key.split("+")[0]})
    assert not site.world.state().witnesses


def test_the_recovery_key_from_paper_gives_the_book_a_new_key(site: Site) -> None:
    rosa = site.rosa()
    old = custody.current_key(site.world.state())
    wrong = identity.key_in_letters(bytes(32))
    assert rosa.post(of(site, "/keeping/recover"), data={"recovery": wrong}).status_code == 403
    assert rosa.post(of(site, "/keeping/recover"), data={"recovery": site.world.recovery[:-1]}).status_code == 400
    page = rosa.post(of(site, "/keeping/recover"), data={"recovery": site.world.recovery.lower()}).text
    following = re.search(r"(?:[A-Z2-7]{4} ){13}[A-Z2-7]{1,4}", page)
    assert following is not None
    new = custody.current_key(site.world.state())
    assert new != old
    assert checkpoint_of(site.world).signed_by(new)
    again = rosa.post(of(site, "/keeping/recover"), data={"recovery": site.world.recovery})
    assert following[0] in again.text, "an answer lost on its way can be asked for again"
    rosa.post(of(site, "/keeping/recovered"))
    again = rosa.post(of(site, "/keeping/recover"), data={"recovery": site.world.recovery})
    assert again.status_code == 403, "it is spent"
    assert rosa.post(of(site, "/keeping/recover"), data={"recovery": following[0]}).status_code == 200
    assert site.world.store.check() == 1


# Erasing


def test_a_text_is_erased_with_its_reason_and_everything_still_holds(site: Site) -> None:
    record = close(site)
    rosa, visitor = site.rosa(), site.visitor()
    act = site.world.state().size - 1
    before = checkpoint_of(site.world)
    digest = visitor.get(f"{record}.json").json()["digest"]
    form = {"act": str(act), "text": digest, "ground": "asked", "reason": "A guest wished it"}
    assert visitor.post(of(site, "/act/erase"), data=form).status_code == 403
    nothing = ({"act": "0", "text": "public_key"}, {"act": "0", "text": "system"})  # words of an act that are no texts
    for wrong in ({"ground": "because"}, {"text": "0" * 64}, {"act": "0"}, {"act": ""}, *nothing):
        assert rosa.post(of(site, "/act/erase"), data={**form, **wrong}).status_code in (400, 404), wrong
    assert rosa.post(of(site, "/act/erase"), data=form).status_code == 200
    gone = visitor.get(record)
    assert gone.status_code == 410
    assert "erased: the person it is about asked for it." in gone.text
    said = "A text of act 3 was erased: the person it is about asked for it. A guest wished it."
    assert said in rosa.get(of(site)).text
    assert "the person it was about asked for it." in rosa.get(of(site, f"/act/{act}")).text
    assert rosa.post(of(site, "/act/erase"), data=form).status_code == 409
    assert site.world.store.check() == 1
    assert "It is this book’s past." in compared(site, before.text)


def test_what_is_still_needed_is_not_erased(site: Site) -> None:
    rosa = site.rosa()
    state = site.world.state()
    for act, text in ((0, state.name), (2, state.gatherings[site.world.gathering].page)):
        refused = rosa.post(of(site, "/act/erase"), data={"act": str(act), "text": text, "ground": "asked"})
        assert refused.status_code == 409


def test_a_participant_erases_everything_of_themselves(site: Site) -> None:
    amaru = site.visitor()
    amaru.post(f"{site.path}/coming", data={"name": AMARU})
    amaru.post(f"{site.path}/notebook/notes", data={"words": "a private thought"})
    answered = {"entry": an_id(7), "question": "q1", "words": "the well is deep", "name": AMARU}
    amaru.post(f"{site.path}/discussion/answers", data=answered)
    assert "the well is deep" in site.visitor().get(f"{site.path}/discussion").text
    amaru.post(f"{site.path}/notebook/erase-me")
    assert "the well is deep" not in site.visitor().get(f"{site.path}/discussion").text
    assert AMARU not in site.rosa().get(f"{site.path}/people").text
    assert "a private thought" not in amaru.get(f"{site.path}/notebook").text


def test_a_host_erases_whoever_asks_and_nobody_of_another_session(site: Site) -> None:
    handle, _ = site.world.join(AMARU)
    other = site.world.call(an_id(3))
    assert site.rosa().post(f"/s/{other}/people/{handle}/erase").status_code == 404
    assert site.visitor().post(f"{site.path}/people/{handle}/erase").status_code == 403
    site.rosa().post(f"{site.path}/people/{handle}/erase")
    assert AMARU not in site.rosa().get(f"{site.path}/people").text


def test_an_organiser_erases_themselves(site: Site) -> None:
    rosa = site.rosa()
    assert rosa.post("/organiser/erase").status_code == 400, "it asks whether one is sure"
    rosa.post("/organiser/erase", data={"sure": "1"})
    assert rosa.get("/organiser").status_code == 403
    assert not site.world.state().members
    with site.world.store.read() as connection:
        (last,) = list(leaves(connection, site.world.book, site.world.state().size - 1))
    assert b"member.left/1" in last


# Moved away


def test_a_book_that_moved_takes_nothing_here(site: Site) -> None:
    import sqlalchemy as sa

    from comuna.store import schema

    rosa = site.rosa()
    site.world.store.write(lambda tx: tx.execute(sa.update(schema.heads).values(moved=True)))
    for path in (f"{site.path}/cancel", f"{site.path}/coming", of(site, "/keeping/publish")):
        refused = rosa.post(path, data={"name": "Rosa"})
        assert refused.status_code == 409, path
        assert "took its book to another home" in refused.text
    assert "took its book to another home" in rosa.get(of(site)).text


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_room_opens_in_both_languages(site: Site, language: str) -> None:
    rosa = site.rosa()
    for room in ("", "/act/0", "/checking", "/keeping"):
        answer = rosa.get(of(site, room), headers={"accept-language": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text

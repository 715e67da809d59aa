"""The books of every release: they verify, add up, and are told as they were then. See tests/golden/README.md."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from comuna.kernel import note, proof, proof_file
from comuna.kernel.act import KINDS, act_in, check, read
from comuna.kernel.note import COSIGNATURE, Checkpoint
from comuna.kernel.text import digest
from comuna.kernel.tiles import tiles_of, unbundle
from comuna.kernel.tree import full_root, leaf_hash, root
from comuna.rules import custody, minutes, money_minutes, service
from comuna.rules import record as records
from comuna.rules.fold import fold
from comuna.rules.page import Page
from comuna.rules.state import State
from comuna.store import export, schema, tiles
from comuna.store.book import Shelf
from comuna.store.store import Store
from comuna.store.writer import Transaction
from tests import golden_story as story
from tests import golden_works
from tests.golden_story import GOLDEN, ROOT, acts_of, canonical, plain, sentences

VERSIONS = sorted(
    (path.name for path in GOLDEN.iterdir() if path.is_dir()), key=lambda name: [int(part) for part in name.split(".")]
)
every = pytest.mark.parametrize("version", VERSIONS)
newest = GOLDEN / VERSIONS[-1]


def checkpoint(version: str) -> Checkpoint:
    held = export.checkpoint_in(GOLDEN / version / "book")
    assert held is not None
    return held


def state(version: str) -> State:
    return fold(acts_of(GOLDEN / version))


def told(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def verify(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-I", str(ROOT / "verify.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def put(store: Store, leaves: list[bytes], size: int, whole: bytes) -> str:
    """A book as it lies in an export, put into a database; its id."""
    book = check(leaves[0]).book

    def job(tx: Transaction) -> None:
        tx.execute(sa.insert(schema.heads).values(book=book, size=size, root=whole))
        tx.execute(sa.insert(schema.acts), [{"book": book, "seq": n, "leaf": leaf} for n, leaf in enumerate(leaves)])

    store.write(job)
    return book


def test_every_version_has_its_book() -> None:
    assert story.version() in VERSIONS, "tell its story: tools/golden"


@every
def test_our_own_reader_reads_it(version: str, store: Store) -> None:
    """As an installation does: put into a database as it is, opened, checked, and exported again."""
    held = checkpoint(version)
    leaves = list(export.leaves_in(GOLDEN / version / "book", held.size))
    book = put(store, leaves, held.size, held.root)
    store.rebuild_index()
    assert store.check() == 1
    with store.read() as connection:
        head = Shelf().head(connection, book)
        assert head is not None
        assert (head.size, head.frontier.root()) == (held.size, held.root)
        assert head.state == state(version)
        tree = tiles.Tree(connection, book, held.size)
        for tile in tiles_of(held.size):
            assert tree.content(tile) == (GOLDEN / version / "book" / tile.path).read_bytes(), tile.path


@every
def test_the_keys_of_the_book_signed_it(version: str) -> None:
    held, s = checkpoint(version), state(version)
    assert held.signed_by(custody.current_key(s))
    assert str(custody.current_key(s)) + "\n" == told(GOLDEN / version / "key")
    older = note.checkpoint(told(GOLDEN / version / "book" / export.COSIGNED))
    leaves = list(export.leaves_in(GOLDEN / version / "book", held.size))
    assert older.root == root(leaf_hash(leaf) for leaf in leaves[: older.size])
    assert older.signed_by(custody.key_at(s, older.size))
    (cosigned,) = (older.cosigned_by(note.verifier(witness.key)) for witness in s.witnesses.values())
    assert cosigned
    assert {len(key.signature or "") for key in s.keys} == {0, 88}, "keys came in both ways"


@every
def test_verify_py_finds_no_fault_in_it(version: str, tmp_path: Path) -> None:
    code, said = verify(GOLDEN / version / "book", "--key", told(GOLDEN / version / "key").strip())
    assert code == 0, said
    assert "cosigned the checkpoint" in said
    kept = {each["act"]: each for each in json.loads(told(GOLDEN / version / "texts.json"))}
    closings = [e.seq for e in acts_of(GOLDEN / version) if e.kind.startswith("gathering.closed/")]
    (tmp_path / "record.json").write_text(json.dumps(kept[closings[0]]), encoding="utf-8")
    code, said = verify(GOLDEN / version / "book", "--record", tmp_path / "record.json")
    assert code == 0, said
    assert f"of act {closings[0]} come out the same when counted again in the text" in said


@every
def test_verify_py_counts_its_published_ballots(version: str, tmp_path: Path) -> None:
    acts = acts_of(GOLDEN / version)
    published = [
        kept
        for kept in json.loads(told(GOLDEN / version / "texts.json"))
        if msgspec.json.decode(acts[kept["act"]].data).get("ballots_text") == kept["digest"]
    ]
    given: list[object] = []
    for kept in published:
        given += ["--record", tmp_path / f"{kept['act']}.json"]
        (tmp_path / f"{kept['act']}.json").write_text(json.dumps(kept), encoding="utf-8")
    code, said = verify(GOLDEN / version / "book", *given)
    assert code == 0, said
    assert said.count("come out the same when counted again") == len(published) > 0


@every
def test_it_adds_up_to_the_same_state(version: str) -> None:
    then = json.loads(told(GOLDEN / version / "state.json"))
    assert canonical(plain(state(version), then)) == told(GOLDEN / version / "state.json")


@every
def test_its_acts_are_told_in_the_same_sentences(version: str) -> None:
    assert sentences(acts_of(GOLDEN / version)) == told(GOLDEN / version / "sentences.txt")


@every
def test_its_texts_have_their_digests_and_are_read(version: str) -> None:
    acts = acts_of(GOLDEN / version)
    pages = 0
    for kept in json.loads(told(GOLDEN / version / "texts.json")):
        data = msgspec.json.decode(acts[kept["act"]].data)
        (field,) = (name for name, value in data.items() if value == kept["digest"])
        assert digest(kept["body"].encode(), bytes.fromhex(kept["secret"])) == kept["digest"]
        if field == "page" and kept["body"].startswith("{"):
            pages += 1
            assert msgspec.json.decode(kept["body"], type=Page).announcement.description == story.STRANGE
        if field == "record" and kept["body"].startswith("{"):
            record = records.thawed(kept["body"])
            assert [len(part) for part in (record.moments, record.answers, record.entries, record.takeaways)] == [
                data[name] for name in ("moments", "answers", "entries", "takeaways")
            ]
            assert minutes.record_blocks(record)
    assert pages == 2


@every
def test_its_proofs_prove_what_they_proved(version: str) -> None:
    found = sorted((GOLDEN / version / "proofs").iterdir())
    acts, s = acts_of(GOLDEN / version), state(version)
    leaves = list(export.leaves_in(GOLDEN / version / "book", len(acts)))
    alone = 0
    for path in found:
        text = told(path)
        read = proof_file.read(text)
        assert read.text == text
        assert read.extra.leaf == leaves[read.index].decode()
        assert read.holds(leaves[read.index])
        assert not read.holds(leaves[read.index - 1])
        signing = custody.key_at(s, read.checkpoint.size)
        assert read.checkpoint.signed_by(signing)
        shown = read.keys()
        by_itself = signing in shown
        assert by_itself or any(key.signature is None and key.since <= read.checkpoint.size for key in s.keys[1:])
        alone += by_itself
        code, said = verify(path, *([] if by_itself else ["--key", str(signing)]))
        assert code == 0, said
    assert 0 < alone < len(found), "some came before the recovery, some after"


@every
def test_every_act_can_be_proved_from_its_tiles(version: str) -> None:
    """As any reader does, with nothing but the files."""
    held, folder = checkpoint(version), GOLDEN / version / "book"
    hashes: dict[int, bytes] = {
        tile.level: b"".join((folder / t.path).read_bytes() for t in tiles_of(held.size) if t.level == tile.level)
        for tile in tiles_of(held.size)
        if tile.level is not None
    }

    def subtree(level: int, number: int) -> bytes:
        tile, rest = divmod(level, 8)
        each = [hashes[tile][32 * n : 32 * n + 32] for n in range(number << rest, (number + 1) << rest)]
        return full_root(each)

    bundles = [unbundle((folder / t.path).read_bytes()) for t in tiles_of(held.size) if t.level is None]
    for seq, leaf in enumerate(leaf for bundle in bundles for leaf in bundle):
        path = proof.inclusion(subtree, seq, held.size)
        assert proof.includes(leaf_hash(leaf), seq, held.size, path, held.root)
        old = proof.root_of(subtree, 0, seq + 1)
        assert proof.consistent(seq + 1, old, held.size, held.root, proof.consistency(subtree, seq + 1, held.size))


# The newest one tells all there is to tell


def values() -> dict[tuple[str, str], list[Any]]:
    """What stands in each field of each kind."""
    found = defaultdict(list)
    for e in acts_of(newest):
        for name, value in msgspec.json.decode(e.data).items():
            found[e.kind, name].append(value)
    return found


def test_the_newest_book_has_every_kind_of_act() -> None:
    assert {e.kind for e in acts_of(newest)} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "name"), [(k, n) for k, cls in KINDS.items() for n, t in cls.__annotations__.items() if "None" in str(t)]
)
def test_the_newest_book_gives_and_leaves_out_what_is_optional(kind: str, name: str) -> None:
    assert {value is None for value in values()[kind, name]} == {True, False}


def test_the_newest_book_says_every_sentence_there_is_without_texts() -> None:
    said = {minutes.of_act(e, {}).key for e in acts_of(newest)}
    every_key = {name + ending for name, endings in minutes.VARIANTS.items() for ending in endings}
    need_a_text = {"group.founded", "gathering.postponed.because", "gathering.cancelled.because"}
    for agreed in ("takeaway.agreed", "decision.recorded"):
        need_a_text |= {f"{agreed}{ending}" for ending in ("", ".owner", ".due", ".owner_due")}
    need_a_text |= {"motion.moved", "motion.merged", "motion.read_back", "amendment.moved", "decision.done.report"}
    need_a_text |= {
        "charter.proposed.because",
        "vote.annulled.because",
        "vote.opened.open_question",
        "vote.opened.secret_question",
        "vote.opened.open_choice",
        "vote.opened.secret_choice",
    }
    need_a_text |= {"challenge.raised", "challenge.answered.upheld", "challenge.answered.dismissed"}
    need_a_text |= {"minutes.corrected", "minutes.corrected.about"}
    need_a_text |= {"need.raised", "need.raised.unit", "need.declined", "need.met.how"}
    need_a_text |= {
        "distribution.opened.rota_named",
        "distribution.opened.equal_named",
        "campaign.called",
        "round.opened",
    }
    need_a_text |= {f"budget.{each}" for each in ("opened", "proposed", "revised", "abandoned.because", "checked.not")}
    need_a_text |= {"survey.opened.kept", "survey.opened.totals"}
    need_a_text |= {f"text.erased.{ground}_because" for ground in custody.GROUNDS}
    need_a_text |= golden_works.NEED_A_TEXT
    need_a_text |= money_minutes.NEED_A_TEXT
    need_a_text |= {"map.imported", *(f"service.founded.{kind}" for kind in service.TYPES)}
    assert every_key - said == need_a_text


def test_the_newest_book_is_as_long_and_as_strange_as_it_should_be() -> None:
    acts = acts_of(newest)
    assert len(acts) > 256
    charter = str(values()["group.founded/1", "charter"][0])
    assert all(mark in charter for mark in ("ñ", "👩🏽‍🌾", "\u2028", "\t", '"', "\\", "水"))
    assert {e.by for e in acts} > {"system"}
    assert any(one.at == other.at for one, other in pairwise(acts)), "a clock jumped back"
    assert "" in values()["book.resumed/1", "root"]
    assert [] in values()["member.admitted/1", "roles"]
    kinds = {note.verifier(key).kind for key in values()["witness.named/1", "key"]}
    assert kinds == {COSIGNATURE}
    bodies = [each["body"] for each in json.loads(told(newest / "texts.json"))]
    assert sum(story.STRANGE in body for body in bodies) >= 2


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_story_told_again_gives_the_same_bytes(tmp_path: Path) -> None:
    story.write(tmp_path)
    assert files(tmp_path) == files(GOLDEN / story.version())


def test_a_golden_book_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    before = files(GOLDEN)
    assert story.main([]) == f"tests/golden/{story.version()} is there already, and golden books are never changed"
    assert files(GOLDEN) == before


def test_a_state_is_compared_in_full(tmp_path: Path) -> None:
    """Whatever changes in it, but for fields that it did not have then."""
    now = state(VERSIONS[-1])
    then = json.loads(told(newest / "state.json"))
    assert plain(now, then) == then
    for changed in (
        msgspec.structs.replace(now, lost=1),
        msgspec.structs.replace(now, keys=now.keys[1:]),
        msgspec.structs.replace(now, takeaways=now.takeaways.set("another", "one")),
        msgspec.structs.replace(now, witnesses={}),
    ):
        assert plain(changed, then) != then
    del then["lost"], then["gatherings"][next(iter(now.gatherings))]["sequence"]
    assert plain(now, then) == then, "states have since got these"
    then["gone"] = 1
    assert plain(now, then) != then, "a field that is gone is missed"


@every
def test_its_acts_are_what_would_be_written_today(version: str) -> None:
    """Byte for byte: no field was added, renamed or put elsewhere."""
    for leaf in export.leaves_in(GOLDEN / version / "book", checkpoint(version).size):
        envelope, entry = read(leaf)
        assert entry == act_in(envelope)
        assert msgspec.json.encode(entry) == bytes(envelope.data)
        assert msgspec.json.encode(envelope) == leaf

"""Contesting how a vote was held, within the charter's time; and the answer."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import act_in
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.messages import say
from comuna.rules import challenge as rules
from comuna.rules import offices, question
from comuna.rules.assembly import rules_of
from comuna.rules.minutes import Message
from comuna.rules.offices import Window
from comuna.store import book, texts
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor, new_id
from comuna.web.offices import title, today

LONGEST = 4_000
"""Letters of a challenge, and of its answer."""
SHOWN = 40
"""Votes on the page, the newest."""


class Contested(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge as the page shows it; `upheld` None: it waits for an answer."""

    id: str
    vote: str
    about: str
    on: str
    words: str | None
    upheld: bool | None = None
    answer: str | None = None
    answered_on: str | None = None


class Closed(msgspec.Struct, frozen=True):
    """A closed vote as the page shows it."""

    window: Window
    about: str
    outcome: str
    id: str
    """Of the challenge that the form beside it would raise."""


def about(door: GroupDoor, connection: sa.Connection, vote: str) -> str:
    """What a vote was about, in a few words."""
    found = door.state.votes[vote]
    if found.subject == "election":
        return door.words.text("Election: %(unit)s", unit=title(door, found.of or ""))
    if found.subject == "recall":
        return door.words.text("A recall")
    if found.subject == "minutes":
        day = door.words.date(dt.date.fromisoformat(door.state.gatherings[found.of or ""].date), "long")
        return door.words.text("The minutes of %(day)s", day=day)
    if found.rules.question is not None:
        asked = texts.read(connection, found.rules.question)
        return question.asked_in(asked) if asked else door.words.text("A vote whose words are not here")
    motions = door.state.motions
    changes = {id: each.text for m in motions.values() for id, each in m.amendments.items()}
    motion = motions.get(found.of or "")
    text = motion.text if motion is not None else changes.get(found.of or "")
    words = texts.read(connection, text) if text is not None else None
    return words or door.words.text("A vote whose words are not here")


def show(door: ReaderDoor) -> Response:
    """The challenges, and the votes that can still be challenged."""
    with door.store.read() as connection:
        acts = book.envelopes(connection, door.book)
        raised: dict[str, Contested] = {}
        for envelope in acts:
            entry = act_in(envelope)
            if isinstance(entry, rules.ChallengeRaised):
                raised[entry.challenge] = Contested(
                    id=entry.challenge,
                    vote=entry.vote,
                    about=about(door, connection, entry.vote),
                    on=envelope.at[:10],
                    words=texts.read(connection, entry.text),
                )
            elif isinstance(entry, rules.ChallengeAnswered):
                raised[entry.challenge] = msgspec.structs.replace(
                    raised[entry.challenge],
                    upheld=entry.upheld,
                    answer=texts.read(connection, entry.text),
                    answered_on=envelope.at[:10],
                )
        windows = [w for w in offices.windows(door.state, acts, today(door)) if w.left is None or w.left >= 0][:SHOWN]
        closed = [
            Closed(
                w,
                about(door, connection, w.closed.vote),
                say(door.words, Message(f"outcome.{w.closed.outcome}")),
                new_id(),
            )
            for w in windows
        ]
    waiting = [c for c in raised.values() if c.upheld is None]
    answered = [c for c in raised.values() if c.upheld is not None]
    return door.page(
        "offices/challenges.html",
        waiting=waiting,
        answered=answered[::-1],
        closed=closed,
        days=rules_of(door.state).days("challenge_days"),
    )


def words_of(door: GroupDoor, field: str) -> str:
    """What somebody wrote. Refuses challenge.no_words, words.too_long."""
    said = door.form.text(field).replace("\r\n", "\n").strip()
    if not said:
        raise Refused("challenge.no_words")
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    return said


def contest(door: KeeperDoor) -> Response:
    """Challenge a vote; the same form sent twice raises one. Refuses what `words_of` and `rules.contest` do."""
    vote, challenge, said = door.form.line("vote"), door.form.line("challenge"), words_of(door, "text")
    if not ID.fullmatch(challenge):
        raise Refused("motion.bad_id")
    with door.store.read() as connection:
        windows = offices.windows(door.state, book.envelopes(connection, door.book), today(door))
    closed = next((w.on for w in windows if w.closed.vote == vote), None)

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and challenge in s.challenges:
            return
        if closed is None and (s is None or vote not in s.votes):
            raise Refused("vote.unknown")
        if closed is None:
            raise Refused("vote.open")
        text, day = texts.new(tx, said), today(door)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.contest(
                s, by=door.member, vote=vote, challenge=challenge, text=text.ref, today=day, closed=closed
            ),
            by=door.member,
            with_texts=[text],
        )

    door.write(job)
    return door.go(f"/g/{door.book}/challenges")


def answer(door: KeeperDoor) -> Response:
    """Answer a challenge, with reasons. The same answer sent twice counts once. Refuses what `words_of` and
    `rules.answer` do, and challenge.no_answer."""
    vote, challenge, said = door.form.line("vote"), door.form.line("challenge"), words_of(door, "text")
    how = door.form.line("upheld")
    if how not in ("yes", "no"):
        raise Refused("challenge.no_answer")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and s.challenges.get(challenge) is (how == "yes"):
            return
        text = texts.new(tx, said)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.answer(
                s, by=door.member, vote=vote, challenge=challenge, upheld=how == "yes", text=text.ref
            ),
            by=door.member,
            with_texts=[text],
        )

    door.write(job)
    return door.go(f"/g/{door.book}/challenges")

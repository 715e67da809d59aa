"""What a chair does in an assembly that decides: quorum, motions, votes, elections, decisions. Each step is an act, and
pressed twice it is recorded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.rules import amendment, assembly, discussion, gathering, motion, proposal, question
from comuna.rules.state import State
from comuna.store import texts
from comuna.store.writer import Transaction
from comuna.web import voters
from comuna.web.amending import motion_text
from comuna.web.chair_acts import CHAIR, Job, Step, acts, now, number, plain, when, words
from comuna.web.chair_steps import chaired
from comuna.web.chair_votes import VOTING
from comuna.web.live_door import LiveDoor
from comuna.web.roll_call import CALLING
from comuna.web.voters import ADMITTED, admit

SAME: Final = {
    "open": "assembly.open_already",
    "no-quorum": "assembly.call_over",
    "move": "motion.moved_already",
    "second": "motion.seconded_already",
    "amend": "amendment.moved_already",
    "settle": "amendment.settled",
    "vote": "vote.opened_already",
    "ask": "vote.opened_already",
    "vote-amendment": "vote.opened_already",
    "vote-minutes": "vote.opened_already",
    "vote-recall": "vote.opened_already",
    "elect": "vote.opened_already",
    "elect-all": "vote.no_options",
    "close-vote": "vote.closed",
    "annul": "vote.annulled",
    "decide": "decision.recorded_already",
    "approve": "minutes.approved_already",
}
"""Step → the refusal that means: whoever pressed twice wanted what has been done."""


# Opening and quorum


def _open(door: LiveDoor) -> Job:
    present, typed = number(door, "present"), door.form.number("roll") or 0

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        told = {"roll": voters.roll(tx, door.room.book, door.room.id, typed, freeze=True), "now": now(door, tx)}
        return assembly.open_assembly(s, by=CHAIR, gathering=door.room.id, present=present, **told), []

    return acts(door, decide)


def _no_quorum(door: LiveDoor) -> Job:
    present, typed, again = number(door, "present"), door.form.number("roll") or 0, when(door)
    call = door.form.number("call")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        told = {"present": present, "roll": voters.roll(tx, door.room.book, door.room.id, typed), "now": now(door, tx)}
        return assembly.give_up(s, by=CHAIR, gathering=door.room.id, again=again, call=call, **told), []

    return acts(door, decide)


def _count(door: LiveDoor) -> Job:
    present = number(door, "present")
    return plain(door, lambda s: assembly.count_quorum(s, by=CHAIR, gathering=door.room.id, present=present))


def _adjourn(door: LiveDoor) -> Job:
    until = when(door)
    return plain(door, lambda s: assembly.adjourn(s, by=CHAIR, gathering=door.room.id, until=until))


def _opened_roll(door: LiveDoor) -> int:
    found = door.room.state.assemblies.get(door.room.id)
    return found.roll if found is not None and found.status in ("open", "adjourned") else 0


def _voter(door: LiveDoor) -> Job:
    who = door.form.line("who")

    def job(tx: Transaction) -> None:
        voters.without_register(tx, door.room.book, door.room.id, _opened_roll(door))
        try:
            admit(door.store, tx, door.room.id, who, by=CHAIR)
        except Refused as refused:
            if refused.code != ADMITTED:
                raise

    return job


def _desk(door: LiveDoor) -> Job:
    brought = door.form.line("who")
    return lambda tx: voters.at_the_desk(door.store, tx, door.room.book, door.room.id, brought, by=CHAIR)


def _all_voters(door: LiveDoor) -> Job:
    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        voters.without_register(tx, door.room.book, door.room.id, _opened_roll(door))
        gathering.nothing_open(state, door.room.id)  # who comes in now may have voted under another name
        hall = door.store.journals.now_in(tx, door.room.id)
        for who, person in hall.people.items():
            if person.here and not person.removed and not person.votes:
                admit(door.store, tx, door.room.id, who, by=CHAIR)

    return job


# Motions


def _move(door: LiveDoor) -> Job:
    form, key, here = door.form, door.key, door.room.id

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        words, digest = _moved(door, s, tx)
        done = motion.move(
            s,
            by=CHAIR,
            gathering=here,
            motion=key,
            item=form.line("item"),
            decision=form.line("decision"),
            text=words.ref,
            charter_digest=digest,
        )
        return done, [words]

    return acts(door, decide)


def _moved(door: LiveDoor, s: State, tx: Transaction) -> tuple[Text, str | None]:
    """What is moved: what was written, or the proposed charter that was chosen. Refuses words.empty, words.too_long,
    charter.proposal_unknown, charter.proposal_erased."""
    digest = door.form.optional("charter")
    if digest is None:
        return words(door, tx, "text"), None
    found = proposal.readable(s, digest)
    reason = texts.read(tx.connection, found.reason) if found.reason else None
    return texts.new(tx, motion_text(door.words, digest, reason)), digest


def _amend(door: LiveDoor) -> Job:
    of, key = door.form.line("motion"), door.key

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        words, digest = _moved(door, s, tx)
        here = {"gathering": door.room.id, "motion": of, "amendment": key}
        return amendment.amend(s, by=CHAIR, **here, text=words.ref, charter_digest=digest), [words]

    return acts(door, decide)


def _settle(door: LiveDoor) -> Job:
    of, key, outcome = door.form.line("motion"), door.form.line("amendment"), door.form.line("outcome")
    if outcome not in ("adopted", "withdrawn"):
        raise Refused("address.unknown")
    return plain(
        door,
        lambda s: amendment.settle(s, by=CHAIR, gathering=door.room.id, motion=of, amendment=key, outcome=outcome),
    )


def _merge(door: LiveDoor) -> Job:
    of, into = door.form.line("motion"), door.form.line("into")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        both = words(door, tx, "text")
        return motion.merge(s, by=CHAIR, gathering=door.room.id, motion=of, into=into, text=both.ref), [both]

    return acts(door, decide)


def _refer(door: LiveDoor) -> Job:
    of, unit = door.form.line("motion"), door.form.line("unit")
    return plain(door, lambda s: motion.refer(s, by=CHAIR, gathering=door.room.id, motion=of, unit=unit))


def _take_up(door: LiveDoor) -> Job:
    of, item = door.form.line("motion"), door.form.line("item")
    return plain(door, lambda s: motion.take_up(s, by=CHAIR, gathering=door.room.id, motion=of, item=item))


def _simple(rule: Callable[..., Act]) -> Step:
    """A step that needs nothing but the motion."""

    def step(door: LiveDoor) -> Job:
        of = door.form.line("motion")
        return plain(door, lambda s: rule(s, by=CHAIR, gathering=door.room.id, motion=of))

    return step


def _settled(door: LiveDoor, s: State, tx: Transaction, of: str) -> Text | None:
    """What a vote between options decided, as a text: the question, and the option that was chosen."""
    found = s.votes.get(of)
    if found is None or not (found.rules.by_choice and found.elected):
        return None
    body = texts.read(tx.connection, found.rules.question) or ""
    chosen = question.options_in(body).get(found.elected[0])
    return texts.new(tx, f"{question.asked_in(body)} {chosen}") if chosen else None


def _decide(door: LiveDoor) -> Job:
    form, key = door.form, door.key

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        owner = texts.new(tx, discussion.words(form.line("owner"))) if form.line("owner") else None
        settled = _settled(door, s, tx, form.line("motion"))
        done = motion.decide(
            s,
            by=CHAIR,
            gathering=door.room.id,
            decision=key,
            motion=form.line("motion"),
            owner=owner.ref if owner else None,
            due=form.optional("due"),
            text=settled.ref if settled else None,
        )
        return done, [each for each in (owner, settled) if each]

    return acts(door, decide)


STEPS: Final[dict[str, Step]] = {
    "open": _open,
    "no-quorum": _no_quorum,
    "count": _count,
    "adjourn": _adjourn,
    "voter": _voter,
    "desk": _desk,
    "all-voters": _all_voters,
    "move": _move,
    "second": _simple(motion.second),
    "withdraw": _simple(motion.withdraw),
    "table": _simple(motion.table),
    "read-back": _simple(motion.read_back),
    "amend": _amend,
    "settle": _settle,
    "merge": _merge,
    "refer": _refer,
    "take-up": _take_up,
    "decide": _decide,
    **VOTING,
    **CALLING,
}
"""Every step of the chair of an assembly."""


async def do(door: LiveDoor) -> Response:
    """A step of the chair. Refuses live.no_chair, address.unknown, and what the step's rule does."""
    step = door.request.path_params["do"]
    if step not in STEPS:
        raise Refused("address.unknown")
    if await chaired(door) is None:
        raise Refused("live.no_chair")
    work = STEPS[step](door)

    def job(tx: Transaction) -> None:
        door.open_for_words(tx)
        try:
            work(tx)
        except Refused as refused:
            if "pending" in refused.arguments:  # a rule knows texts by their digest alone
                refused.arguments["pending"] = texts.read(tx.connection, str(refused.arguments["pending"])) or "…"
            raise

    try:
        await door.write(job)
    except Refused as refused:
        if refused.code != SAME.get(step):
            raise
    if step in ("close-vote", "annul"):
        door.store.tidy_soon()
    called = door.form.line("vote") if step in CALLING else ""
    return door.done(f"{door.room.path}/chair/roll-call/{called}" if called else f"{door.room.path}/chair")

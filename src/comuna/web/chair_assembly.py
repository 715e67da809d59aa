"""What a chair does in an assembly that decides: quorum, motions, votes, elections, decisions. Each step is an act, and
pressed twice it is recorded once."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final, get_args
from urllib.parse import urlsplit

from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import clock_there
from comuna.rules import approval, assembly, charter_values, discussion, election, motion, proposal, vote
from comuna.rules.eligibility import Facts
from comuna.rules.state import State
from comuna.rules.vote import Ask
from comuna.store import box, deciding, register, texts
from comuna.store.writer import Transaction
from comuna.web import voters
from comuna.web.amending import motion_text
from comuna.web.chair_steps import WHOLE, chaired
from comuna.web.live_door import LiveDoor
from comuna.web.voters import ADMITTED, admit

CHAIR: Final = "chair"
"""In whose name the acts of an assembly are recorded: the chair's key stands for no member."""

SAME: Final = {
    "open": "assembly.open_already",
    "no-quorum": "assembly.call_over",
    "move": "motion.moved_already",
    "second": "motion.seconded_already",
    "amend": "amendment.moved_already",
    "settle": "amendment.settled",
    "vote": "vote.opened_already",
    "vote-amendment": "vote.opened_already",
    "vote-minutes": "vote.opened_already",
    "vote-recall": "vote.opened_already",
    "elect": "vote.opened_already",
    "close-vote": "vote.closed",
    "annul": "vote.annulled",
    "decide": "decision.recorded_already",
    "approve": "minutes.approved_already",
}
"""Step → the refusal that means: whoever pressed twice wanted what has been done."""

Job = Callable[[Transaction], None]
Step = Callable[[LiveDoor], Job]


def _acts(door: LiveDoor, decide: Callable[[State, Transaction], tuple[Act, list[Text]]]) -> Job:
    """A job that records an act with the texts it names."""

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        done, kept = decide(state, tx)
        door.store.record(tx, door.room.book, lambda _: done, by=CHAIR, with_texts=kept)

    return job


def _plain(door: LiveDoor, decide: Callable[[State], Act]) -> Job:
    return lambda tx: door.store.record(tx, door.room.book, decide, by=CHAIR) and None


def _words(door: LiveDoor, tx: Transaction, field: str) -> Text:
    """What was written in a field, as a text. Refuses words.empty, words.too_long."""
    return texts.new(tx, discussion.words(door.form.text(field)))


def _number(door: LiveDoor, field: str) -> int:
    """A whole number. Refuses gathering.count_impossible."""
    written = door.form.line(field)
    if not WHOLE.fullmatch(written):
        raise Refused("gathering.count_impossible")
    return int(written)


def _when(door: LiveDoor) -> tuple[str, str] | None:
    date, start = door.form.line("date"), door.form.line("start")
    return (date, start) if date and start else None


def _now(door: LiveDoor, tx: Transaction) -> str:
    """What the clock says where the gathering is held."""
    return clock_there(door.room.gathering.zone, tx.now)


# Opening and quorum


def _open(door: LiveDoor) -> Job:
    present, typed = _number(door, "present"), door.form.number("roll") or 0

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        roll, now = voters.roll(tx, door.room.book, door.room.id, typed, freeze=True), _now(door, tx)
        return assembly.open_assembly(s, by=CHAIR, gathering=door.room.id, present=present, roll=roll, now=now), []

    return _acts(door, decide)


def _no_quorum(door: LiveDoor) -> Job:
    present, typed, again = _number(door, "present"), door.form.number("roll") or 0, _when(door)
    call = door.form.number("call")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        told = {"present": present, "roll": voters.roll(tx, door.room.book, door.room.id, typed), "now": _now(door, tx)}
        return assembly.give_up(s, by=CHAIR, gathering=door.room.id, again=again, call=call, **told), []

    return _acts(door, decide)


def _count(door: LiveDoor) -> Job:
    present = _number(door, "present")
    return _plain(door, lambda s: assembly.count_quorum(s, by=CHAIR, gathering=door.room.id, present=present))


def _adjourn(door: LiveDoor) -> Job:
    until = _when(door)
    return _plain(door, lambda s: assembly.adjourn(s, by=CHAIR, gathering=door.room.id, until=until))


def _voter(door: LiveDoor) -> Job:
    who = door.form.line("who")

    def job(tx: Transaction) -> None:
        voters.without_register(tx, door.room.book)
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
        voters.without_register(tx, door.room.book)
        assembly.nothing_open(state, door.room.id)  # who comes in now may have voted under another name
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

    return _acts(door, decide)


def _moved(door: LiveDoor, s: State, tx: Transaction) -> tuple[Text, str | None]:
    """What is moved: what was written, or the proposed charter that was chosen. Refuses words.empty, words.too_long,
    charter.proposal_unknown, charter.proposal_erased."""
    digest = door.form.optional("charter")
    if digest is None:
        return _words(door, tx, "text"), None
    found = proposal.readable(s, digest)
    reason = texts.read(tx.connection, found.reason) if found.reason else None
    return texts.new(tx, motion_text(door.words, digest, reason)), digest


def _amend(door: LiveDoor) -> Job:
    of, key = door.form.line("motion"), door.key

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        words, digest = _moved(door, s, tx)
        here = {"gathering": door.room.id, "motion": of, "amendment": key}
        return motion.amend(s, by=CHAIR, **here, text=words.ref, charter_digest=digest), [words]

    return _acts(door, decide)


def _settle(door: LiveDoor) -> Job:
    of, amendment, outcome = door.form.line("motion"), door.form.line("amendment"), door.form.line("outcome")
    if outcome not in ("adopted", "withdrawn"):
        raise Refused("address.unknown")
    return _plain(
        door,
        lambda s: motion.settle(s, by=CHAIR, gathering=door.room.id, motion=of, amendment=amendment, outcome=outcome),
    )


def _merge(door: LiveDoor) -> Job:
    of, into = door.form.line("motion"), door.form.line("into")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        words = _words(door, tx, "text")
        return motion.merge(s, by=CHAIR, gathering=door.room.id, motion=of, into=into, text=words.ref), [words]

    return _acts(door, decide)


def _refer(door: LiveDoor) -> Job:
    of, unit = door.form.line("motion"), door.form.line("unit")
    return _plain(door, lambda s: motion.refer(s, by=CHAIR, gathering=door.room.id, motion=of, unit=unit))


def _take_up(door: LiveDoor) -> Job:
    of, item = door.form.line("motion"), door.form.line("item")
    return _plain(door, lambda s: motion.take_up(s, by=CHAIR, gathering=door.room.id, motion=of, item=item))


def _simple(rule: Callable[..., Act]) -> Step:
    """A step that needs nothing but the motion."""

    def step(door: LiveDoor) -> Job:
        of = door.form.line("motion")
        return _plain(door, lambda s: rule(s, by=CHAIR, gathering=door.room.id, motion=of))

    return step


def _decide(door: LiveDoor) -> Job:
    form, key = door.form, door.key

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        owner = texts.new(tx, discussion.words(form.line("owner"))) if form.line("owner") else None
        done = motion.decide(
            s,
            by=CHAIR,
            gathering=door.room.id,
            decision=key,
            motion=form.line("motion"),
            owner=owner.ref if owner else None,
            due=form.optional("due"),
        )
        return done, [owner] if owner else []

    return _acts(door, decide)


# Votes


def _ask(door: LiveDoor, subject: str, of: str, **more: object) -> Job:
    ways = tuple(dict.fromkeys(door.form.all("ways")))
    secret, key = door.form.ticked("secret"), door.key
    if secret and "phones" in ways and not private(door):
        raise Refused("vote.needs_https")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        opened = s.assemblies.get(door.room.id)
        roll = voters.roll(tx, door.room.book, door.room.id, opened.roll if opened else 0)
        asked = Ask(subject=subject, of=of, ways=ways, secret=secret, **more)  # type: ignore[arg-type]
        return vote.open_vote(s, by=CHAIR, gathering=door.room.id, vote=key, roll=roll, ask=asked), []

    return _acts(door, decide)


def private(door: LiveDoor) -> bool:
    """Whether what phones send cannot be read on the way: over HTTPS, or from this machine to itself."""
    client = door.request.client
    ends = (client.host if client else None, urlsplit(door.settings.url).hostname)
    return door.settings.secure or all(map(_this_machine, ends))


def _this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _vote(door: LiveDoor) -> Job:
    return _ask(door, "motion", door.form.line("motion"))


def _vote_amendment(door: LiveDoor) -> Job:
    return _ask(door, "amendment", door.form.line("amendment"))


def _vote_minutes(door: LiveDoor) -> Job:
    return _ask(door, "minutes", door.form.line("of"))


def _vote_recall(door: LiveDoor) -> Job:
    return _ask(door, "recall", door.form.line("recall"))


def _elect(door: LiveDoor) -> Job:
    """Open an election; each who stands is held against the register once more."""
    unit, rules = door.form.line("unit"), assembly.rules_of(door.room.state)
    method = rules.value(f"units.{unit}.method", None) or door.form.line("method")
    if method not in get_args(charter_values.Method):
        raise Refused("vote.way_unknown", way=method)
    ask = _ask(door, "election", unit, method=method, seats=_number(door, "seats"))

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        day = tx.now.date()
        for each in state.candidates.get(unit, ()):
            facts = Facts(rights=register.held(tx.connection, door.room.book, each, day))
            election.may_serve(state, unit, each, day.isoformat(), facts)
        ask(tx)

    return job


def _counted(door: LiveDoor) -> Job:
    of, way = door.form.line("vote"), door.form.line("way")
    tellers = door.form.number("tellers") or 0

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        found = vote.under_way(state, door.room.id, of)
        counts = tuple(_number(door, f"c{n}") for n in range(len(found.options)))
        if found.secret:
            vote.fits(state, found, sum(counts))
            box.count_paper(tx, found, counts)
            return
        ballots = _number(door, "ballots") if door.form.line("ballots") else None
        names = _words(door, tx, "names") if door.form.line("names") else None
        done = vote.count(
            state,
            by=CHAIR,
            gathering=door.room.id,
            vote=of,
            way=way,
            counts=counts,
            ballots=ballots,
            tellers=tellers,
            names=names.ref if names else None,
        )
        door.store.record(tx, door.room.book, lambda _: done, by=CHAIR, with_texts=[names] if names else [])

    return job


def _paper(door: LiveDoor) -> Job:
    """One ballot on paper, where a paper can say more than one thing: its options, in order where the method ranks."""
    of, key = door.form.line("vote"), door.key

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        box.add_paper(tx, vote.under_way(state, door.room.id, of), key, ranking(door))

    return job


def _papers_out(door: LiveDoor) -> Job:
    """Take the papers of a vote out of the box, to put them in again."""
    of = door.form.line("vote")

    def job(tx: Transaction) -> None:
        state = door.store.state(tx.connection, door.room.book)
        assert state is not None
        box.papers(tx, vote.under_way(state, door.room.id, of), ())

    return job


def ranking(door: LiveDoor) -> list[str]:
    """The choices of a ballot, as its form brings them: `choice` once or several times; or `r0`, `r1`, … with the place
    that each option has. Refuses vote.bad_choice where two share a place."""
    if door.form.all("choice"):
        return [each for each in door.form.all("choice") if each]
    places: dict[int, str] = {}
    for name in door.form.fields:
        written = door.form.line(name)
        if name[:1] == "r" and name[1:].isdigit() and written:
            if not WHOLE.fullmatch(written) or int(written) in places:
                raise Refused("vote.bad_choice")
            places[int(written)] = name[1:]
    return [places[place] for place in sorted(places)]


def _close(door: LiveDoor) -> Job:
    of, chair = door.form.line("vote"), door.form.optional("chair")
    order = [each for each in door.form.line("order").replace(",", " ").split() if each]

    def job(tx: Transaction) -> None:
        deciding.close_vote(
            tx,
            door.store.shelf,
            door.room.book,
            by=CHAIR,
            gathering=door.room.id,
            vote=of,
            chair=chair,
            order=order,
        )

    return job


def _annul(door: LiveDoor) -> Job:
    of = door.form.line("vote")

    def decide(s: State, tx: Transaction) -> tuple[Act, list[Text]]:
        why = _words(door, tx, "reason") if door.form.line("reason") else None
        box.empty(tx, of)
        done = vote.annul(s, by=CHAIR, gathering=door.room.id, vote=of, reason=why.ref if why else None)
        return done, [why] if why else []

    return _acts(door, decide)


def _approve(door: LiveDoor) -> Job:
    of = door.form.line("of")
    return _plain(door, lambda s: approval.approve(s, by=CHAIR, gathering=of, approved_at=door.room.id))


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
    "vote": _vote,
    "vote-amendment": _vote_amendment,
    "vote-minutes": _vote_minutes,
    "vote-recall": _vote_recall,
    "elect": _elect,
    "counted": _counted,
    "paper": _paper,
    "papers-out": _papers_out,
    "close-vote": _close,
    "annul": _annul,
    "approve": _approve,
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
    return door.done(f"{door.room.path}/chair")

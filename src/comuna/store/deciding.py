"""Closing a vote: the box is counted, the verdict recorded with what follows from it, and the box erased; all in one
transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec

from comuna.kernel.text import Text
from comuna.methods import Method
from comuna.methods.ballots import Ballots, Ranking, Reading, of_rankings
from comuna.methods.counting import count
from comuna.methods.lots import VERSION as LOTS_VERSION
from comuna.methods.lots import in_drawn_order
from comuna.methods.result import Result
from comuna.methods.ties import TieRule
from comuna.methods.two_rounds import first
from comuna.rules import amendment, approval, counting, recall, verdict
from comuna.rules.election import Elected
from comuna.rules.state import State, Vote
from comuna.rules.verdict import VoteClosed
from comuna.rules.vote import LOTS, ROLL_CALL, under_way
from comuna.store import book, box, standing, texts
from comuna.store.writer import Transaction


def close_vote(
    tx: Transaction,
    shelf: book.Shelf,
    of: str,
    *,
    by: str,
    gathering: str,
    vote: str,
    chair: str | None = None,
    order: Sequence[str] = (),
) -> VoteClosed:
    """Close a vote. `chair`: "yes" or "no", where the charter lets the chair break a tie; `order`: the same for an
    election, who stands before whom. Returns the act. Refuses what `verdict.close` does."""
    _tell_roll_call(tx, shelf, of, by=by, gathering=gathering, vote=vote)
    state = _state(tx, shelf, of)
    found = under_way(state, gathering, vote)
    ballots = box.lines(tx.connection, vote)
    tally = box.tally(tx.connection, found, ballots)
    kept: list[Text] = []
    elected, seed = None, None
    if found.method == LOTS:
        seed = tx.random(16).hex()
        elected = _drawn(found, bytes.fromhex(seed))
    elif found.subject == "election":
        seed = tx.random(16).hex() if found.rules.tie in ("lots", "earlier_rounds") else None
        result = _counted(found, ballots, _tie_rule(found.rules.tie, seed, order))
        working = texts.new(tx, msgspec.json.encode(result).decode())
        kept.append(working)
        elected = _elected(result, working.ref)
    elif found.rules.by_choice and found.rules.tie in ("lots", "earlier_rounds"):
        seed = tx.random(16).hex()
    published = texts.new(tx, box.text_of(ballots)) if ballots else None
    if published is not None:
        kept.append(published)
    closed = verdict.close(
        state,
        by=by,
        gathering=gathering,
        vote=vote,
        tally=tally,
        elected=elected,
        chair=chair,
        seed=seed,
        ballots_text=published.ref if published else None,
        facts={
            each: standing.facts(tx.connection, state, of, each, tx.now.date())
            for each in (elected.winners if elected else ())
        },
    )
    named = {closed.working, closed.ballots_text}
    book.record(tx, shelf, of, lambda _: closed, by=by, with_texts=[text for text in kept if text.ref in named])
    _follow(tx, shelf, of, by=by, vote=found, closed=closed)
    box.empty(tx, vote)
    return closed


def _tell_roll_call(tx: Transaction, shelf: book.Shelf, of: str, *, by: str, gathering: str, vote: str) -> None:
    """Tell what a roll call came to, as any count of what everybody saw or heard is told; who said what stays in the
    box, and is erased with it."""
    found = under_way(_state(tx, shelf, of), gathering, vote)
    if ROLL_CALL not in found.ways:
        return
    counts, people = box.heard(tx.connection, found)
    told = {"gathering": gathering, "vote": vote, "way": ROLL_CALL, "counts": counts, "ballots": people, "tellers": 0}
    book.record(tx, shelf, of, lambda s: counting.count(s, by=by, **told), by=by)  # type: ignore[arg-type]


def _state(tx: Transaction, shelf: book.Shelf, of: str) -> State:
    head = tx.pending.get(of) or shelf.head(tx.connection, of)
    assert head is not None
    return cast(State, head.state)


def _tie_rule(tie: str | None, seed: str | None, order: Sequence[str]) -> TieRule:
    if tie == "chair" and order:
        return TieRule(steps=("order",), order=tuple(order))
    if seed is None:
        return TieRule()
    return TieRule(steps=("earlier_rounds", "lots") if tie == "earlier_rounds" else ("lots",), seed=bytes.fromhex(seed))


def _counted(vote: Vote, ballots: Sequence[tuple[str, str]], ties: TieRule) -> Result:
    """An election's result: from the ballots, and from hands and paper counted for each candidate."""
    options = vote.options
    rankings: list[tuple[int, Ranking]] = []
    for _, choice in ballots:
        chosen = [options[int(n)] for n in choice.split(",")]
        rankings.append((1, [chosen] if vote.method == "plurality" else chosen))
    for counts in vote.counts.values():
        rankings += [(n, [options[place]]) for place, n in enumerate(counts) if n]
    cast_: Ballots = of_rankings(options, rankings)
    if vote.method == "two_rounds":
        return first(cast_, ties)
    return count(cast(Method, vote.method), cast_, vote.seats, ties, Reading())


def _drawn(vote: Vote, seed: bytes) -> Elected:
    """Who is drawn by lot: as many as there are seats; the others step in, in the order in which they were drawn."""
    drawn = tuple(in_drawn_order(vote.options, seed))
    return Elected(method=LOTS_VERSION, outcome="elected", winners=drawn[: vote.seats], alternates=drawn[vote.seats :])


def _elected(result: Result, working: str) -> Elected:
    broken = next((tie.broken_by for tie in result.ties if tie.broken_by is not None), None)
    tied = tuple(dict.fromkeys(name for tie in result.ties for name in tie.candidates))
    undecided = result.undecided or result.second_round
    return Elected(
        method=f"{result.method}/{result.version}",
        outcome="undecided" if undecided or not result.winners else "elected",
        winners=result.winners,
        alternates=result.alternates,
        tied=tuple(undecided) or tied,
        broken=broken,
        working=working,
    )


def _follow(tx: Transaction, shelf: book.Shelf, of: str, *, by: str, vote: Vote, closed: VoteClosed) -> None:
    """Record what the outcome means for what was voted on."""
    today = tx.now.date().isoformat()
    settled = {"adopted": "adopted", "rejected": "rejected"}.get(closed.outcome)
    if vote.subject == "amendment" and settled is not None and vote.of is not None:
        moved = vote.of

        def settle(s: State) -> amendment.AmendmentSettled:
            of_motion = next(m.id for m in s.motions.values() if moved in m.amendments)
            return amendment.settle(
                s,
                by=by,
                gathering=vote.gathering,
                motion=of_motion,
                amendment=moved,
                outcome=settled,
                vote=vote.id,
            )

        book.record(tx, shelf, of, settle, by=by)
    elif vote.subject == "recall" and settled is not None:
        book.record(
            tx,
            shelf,
            of,
            lambda s: recall.decide(
                s,
                by=by,
                gathering=vote.gathering,
                recall=vote.of or "",
                vote=vote.id,
                today=today,
                alternates=standing.alternates(tx.connection, s, of, tx.now.date()),
            ),
            by=by,
        )
    elif vote.subject == "minutes" and settled == "adopted":
        book.record(
            tx,
            shelf,
            of,
            lambda s: approval.approve(s, by=by, gathering=vote.of or "", approved_at=vote.gathering, vote=vote.id),
            by=by,
        )

"""Questions with options of their own: what is asked and its options are one text, sealed before the first ballot; the
book knows the options by their letters, so that the words can be erased like all words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from comuna.kernel.refusal import Refused
from comuna.methods import majority as methods
from comuna.methods.majority import Outcome, Verdict
from comuna.methods.ties import TieRule, choose
from comuna.rules import motion, proposal
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import Majority
from comuna.rules.precedence import in_order
from comuna.rules.state import State

LETTERS: Final = tuple("abcdefghijkl")
FEWEST: Final = 2
METHODS: Final = ("plurality", "approval")
"""One option on each ballot; or as many as somebody could live with."""


def written(asked: str, options: Sequence[str]) -> str:
    """A question with its options, a line each, as it is read out and sealed. Refuses words.empty, question.options
    (fewest, most), question.options_same."""
    asked, words = " ".join(asked.split()), [" ".join(each.split()) for each in options]
    words = [each for each in words if each]
    if not asked:
        raise Refused("words.empty")
    if not FEWEST <= len(words) <= len(LETTERS):
        raise Refused("question.options", fewest=FEWEST, most=len(LETTERS))
    if len({each.casefold() for each in words}) != len(words):
        raise Refused("question.options_same")
    return "\n".join((asked, *(f"{a.upper()}) {each}" for a, each in zip(LETTERS, words, strict=False))))


def asked_in(text: str) -> str:
    """What is asked, of such a text."""
    return text.partition("\n")[0]


def options_in(text: str) -> dict[str, str]:
    """Letter → the words of its option, of such a text."""
    lines = [each.partition(") ") for each in text.split("\n")[1:]]
    return {letter.lower(): words for letter, _, words in lines}


def lettered(options: Sequence[str]) -> bool:
    """Whether these are options of such a question."""
    return len(options) >= FEWEST and tuple(options) == LETTERS[: len(options)]


def ready(s: State, gathering: str, item: str, decision: str, options: Sequence[str]) -> None:
    """Whether it can be asked on an item of the agenda. Refuses: vote.no_options, question.needs_motion where the
    charter has such decisions read more than once or take a whole text, and what `motion.on_agenda` and
    `precedence.in_order` do."""
    if not lettered(options):
        raise Refused("vote.no_options")
    motion.on_agenda(s, gathering, item, decision)
    if decision == proposal.CHARTER or int(rules_of(s).value(f"decisions.{decision}.readings", 1)) > 1:
        raise Refused("question.needs_motion")
    in_order(s, gathering, "main")


def how(method: str | None, chosen: Majority) -> str:
    """How it is counted. Refuses vote.way_unknown, question.needs_motion where it takes everybody's consent."""
    if method not in METHODS:
        raise Refused("vote.way_unknown", way=method or "")
    if chosen.of == "consent":
        raise Refused("question.needs_motion")
    return method


def verdict(sealed: Any, counts: Sequence[int], ballots: int, present: int) -> Verdict:
    """Whether an option has enough: the most votes and, where the charter asks for more than that, a share of the
    ballots, of those present or of the roll. `elected`: one has; `favour`: what the first has."""
    turnout = methods.turnout_floor(Fraction(sealed.turnout) if sealed.turnout else None, sealed.roll)
    base = {"present": present, "all": sealed.roll}.get(sealed.base, ballots)
    needed, favour = 0, max(counts)
    if sealed.base != "plurality":
        needed = methods.least(Fraction(sealed.share), base, more=sealed.more)
    outcome: Outcome = "elected"
    if ballots < turnout:
        outcome = "too_few"
    elif not favour:
        outcome = "no_votes"
    elif favour < needed:
        outcome = "rejected"
    return Verdict(outcome=outcome, base=base, needed=needed, favour=favour, ballots=ballots, turnout_needed=turnout)


def first(
    sealed: Any, counts: Sequence[int], chair: str | None, seed: str | None
) -> tuple[str | None, tuple[str, ...], str | None]:
    """The option with the most votes, those level with it, and how that was settled; None where nothing settles it.
    `chair`: which option the chair would choose. Refuses vote.tie_which where the chair must say so, and did not."""
    level = tuple(o for o, n in zip(sealed.options, counts, strict=True) if n == max(counts))
    if len(level) == 1:
        return level[0], (), None
    if sealed.tie == "chair":
        if chair in level:
            return chair, level, "chair"
        if not sealed.secret:
            raise Refused("vote.tie_which")
    if sealed.tie in ("lots", "earlier_rounds") and seed is not None:
        drawn, broken = choose(level, TieRule(steps=("lots",), seed=bytes.fromhex(seed)))
        return drawn, level, broken
    return None, level, None

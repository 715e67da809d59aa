"""What a group's book adds up to."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef
from comuna.rules.state_budget import Budgets
from comuna.rules.state_certificate import Certificates
from comuna.rules.state_cooperative import Cooperative
from comuna.rules.state_distribution import Distributions
from comuna.rules.state_health import Health
from comuna.rules.state_housing import Programme
from comuna.rules.state_money import Money
from comuna.rules.state_need import Needs
from comuna.rules.state_project import Project
from comuna.rules.state_promise import Promises
from comuna.rules.state_service import Rounds
from comuna.rules.state_survey import Surveys

Status = Literal["called", "cancelled", "closed"]


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering of the group. `date` ISO, `start` and `end` HH:MM in `zone`; `sequence` counts the changes, as
    calendars do (RFC 5545 §3.8.7.4). `page` is the announcement, `record` what was frozen at closing."""

    id: str
    status: Status = "called"
    date: str
    start: str
    end: str | None
    zone: str
    page: TextRef
    sequence: int = 0
    called_at: str
    changed_at: str
    closed_at: str | None = None
    record: TextRef | None = None
    journal_expired: bool = False


class Assembly(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering that was convened to decide, under the charter's rules for its `kind`. `matters`: item of the agenda
    → kind of decision. `second`: date and hour of the next call, or of going on after an adjournment. `notice`: days of
    notice that it needed (None: the charter does not say). `call` counts from 1; `present`, `roll` and `needed` as last
    counted (`needed` None: the charter does not say). `at_first`: how many were present when it was first opened
    (None: it was not)."""

    gathering: str
    kind: str
    matters: Map[str, str]
    second: tuple[str, str] | None = None
    notice: int | None = None
    opened: str = ""
    """The day on which it was last opened, by UTC."""
    status: Literal["convened", "without_quorum", "open", "adjourned"] = "convened"
    call: int = 0
    roll: int = 0
    present: int = 0
    at_first: int | None = None
    needed: int | None = None
    notices: tuple[tuple[str, str], ...] = ()
    """Means and day of each proof of notice."""


class Amendment(msgspec.Struct, frozen=True):
    """A change that was proposed to a motion: the whole text as it would be, and the SHA-256 of the charter that it
    would put in force."""

    text: TextRef
    status: Literal["moved", "adopted", "rejected", "withdrawn"] = "moved"
    charter: str | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A charter that was proposed on a `day` (ISO, UTC). `amends`: the SHA-256 of the charter that it changes;
    `since`: the day on which it was put in force."""

    text: TextRef
    amends: str
    reason: TextRef | None
    day: str
    since: str | None = None


class Motion(msgspec.Struct, frozen=True, kw_only=True):
    """What the gathering is asked to decide. `item` of the agenda; `decision`: its kind in the charter; `passed`: the
    gatherings at which a reading was adopted, in order; `charter`: the SHA-256 of the charter that it would put in
    force."""

    id: str
    gathering: str
    item: str
    decision: str
    text: TextRef
    status: Literal["moved", "tabled", "referred", "withdrawn", "merged", "adopted", "rejected"] = "moved"
    seconded: bool = False
    read_back: bool = False
    amendments: Map[str, Amendment] = Map()
    passed: tuple[str, ...] = ()
    charter: str | None = None


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """A vote with the rules it was opened under. `subject` and `of`: what is voted on (a motion, an amendment, a
    recall, minutes, candidates for a unit). `counts`: way of voting → count of each option, as told so far; of a secret
    vote nothing is known until it is closed."""

    id: str
    gathering: str
    subject: str
    of: str | None
    decision: str
    options: tuple[str, ...]
    method: str
    seats: int
    secret: bool
    ways: tuple[str, ...]
    roll: int
    present: int
    counts: Map[str, tuple[int, ...]] = Map()
    papers: Map[str, int] = Map()
    """Way of voting → how many people or papers its count is of."""
    status: Literal["open", "closed", "annulled"] = "open"
    outcome: str | None = None
    elected: tuple[str, ...] = ()
    opened: int = 0
    """The number of the act that opened it."""
    rules: Any = None
    """The act that opened it."""
    result: Any = None
    """The act that closed it."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided. `number` counts the group's decisions from 1."""

    id: str
    number: int
    gathering: str
    motion: str | None
    due: str | None
    done: bool = False
    annulled: bool = False
    """A challenge of its vote was upheld."""


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """An office somebody was elected to: a unit's, from one day to before another (None: the charter sets no term)."""

    id: str
    unit: str
    member: str
    since: str
    until: str | None
    vote: str
    ended: str | None = None
    """Why it ended, if it did: resigned, left, died, recalled, over, annulled."""


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """A request to recall somebody from an office, and how far it has come."""

    id: str
    mandate: str
    asked_by: str
    """`roll` (a petition), or the unit that asks."""
    status: Literal["petitioned", "certified", "reported", "decided", "dismissed"] = "petitioned"
    needed: int | None = None
    defended: bool = False
    report_due: str | None = None
    assembly_due: str | None = None


class BookKey(msgspec.Struct, frozen=True):
    """A key that signs the book's checkpoints from size `since` on. `public_key`: base64; `signature`: the key before
    said that this one follows; None for the first, and for one that the recovery key brought in."""

    public_key: str
    since: int
    signature: str | None = None


class Witness(msgspec.Struct, frozen=True):
    """Somebody the group asks to watch its book: their verifier key (C2SP), and where they take checkpoints."""

    key: str
    address: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A group, as its book tells it. `members`: member number → roles. `size` and `at`: acts so far, and the time of
    the last. What grows with the book is a `Map`, which has no order: a fold makes a changed one without copying it."""

    size: int = 0
    at: str | None = None
    book: str | None = None
    kind: str | None = None
    charter: str | None = None
    name: TextRef | None = None
    members: Map[str, frozenset[str]] = Map()
    gatherings: Map[str, Gathering] = Map()
    takeaways: Map[str, str] = Map()
    """Takeaway → its gathering."""
    public: bool = False
    """Whether anyone may read the book."""
    keys: tuple[BookKey, ...] = ()
    recovery_digest: str | None = None
    lost: int = 0
    """Up to this size others have seen a past of the book that was given up as lost."""
    witnesses: dict[str, Witness] = {}
    """The name in a witness's key → the witness."""
    erased: Map[TextRef, str] = Map()
    """Texts erased by an act → on what ground."""
    assemblies: Map[str, Assembly] = Map()
    """Gathering → what it was convened for."""
    attendance: Map[str, tuple[tuple[str, int], ...]] = Map()
    """Kind of gathering → the last ones that were opened, oldest first, and how many came."""
    proposals: Map[str, Proposal] = Map()
    """SHA-256 of a charter that was proposed → its proposal."""
    motions: Map[str, Motion] = Map()
    votes: Map[str, Vote] = Map()
    decisions: Map[str, Decision] = Map()
    candidates: Map[str, tuple[str, ...]] = Map()
    """Unit → who stands for it, in the order in which they stood."""
    mandates: Map[str, Mandate] = Map()
    alternates: Map[str, tuple[str, ...]] = Map()
    """Unit → who steps in next, in order."""
    barred: Map[str, str] = Map()
    """Member → the day until which they may not stand."""
    recalls: Map[str, Recall] = Map()
    challenges: Map[str, bool | None] = Map()
    """Challenge → whether it was upheld; None while it is open."""
    contested: Map[str, str] = Map()
    """Challenge → the vote that it contests."""
    minutes: Map[str, str] = Map()
    """Gathering → the gathering that approved its minutes."""
    roll: Map[str, int] = Map()
    """Right → how many of the register hold it, as last told."""
    signed: Map[str, tuple[str, ...]] = Map()
    """Gathering → the offices that signed its minutes, in order."""
    needs: Needs = Needs()
    distributions: Distributions = Distributions()
    cooperative: Cooperative = Cooperative()
    health: Health = Health()
    rounds: Rounds = Rounds()
    """The map, and services with rounds."""
    budget: Budgets = Budgets()
    projects: Map[str, Project] = Map()
    housing: Map[str, Programme] = Map()
    """Project → its order of dwellings, if it mends any."""
    money: Money = Money()
    promises: Promises = Promises()
    certificates: Certificates = Map()
    """Certificates that were issued."""
    surveys: Surveys = Surveys()

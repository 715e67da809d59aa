"""Certificates: the group certifies something about somebody, in words that the book holds only as a digest. Whose
words they are is never in the book: no name, no member number, no household."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.rules.assembly import rules_of
from comuna.rules.charter import Charter
from comuna.rules.charter_values import Requirement
from comuna.rules.dates import days_later
from comuna.rules.decisions import decided
from comuna.rules.eligibility import running
from comuna.rules.group import facilitator
from comuna.rules.register import Row, holds, rights_of
from comuna.rules.register import tidy as one_line
from comuna.rules.state import State
from comuna.rules.state_certificate import Certificate

KINDS: Final = ("residence", "membership", "mandate", "decision")
"""In an order that printed codes rely on."""
OF_A_PERSON: Final = ("residence", "membership")
"""Kinds that the register answers for."""
LONGEST: Final = 500
"""Letters of a certificate, so that its code can be read from paper."""
LONGEST_BYTES: Final = 640
"""Bytes of the same."""
MOST_LINES: Final = 10


@act("certificate.issued", v=1)
class CertificateIssued(Act, frozen=True):
    """A certificate was issued, in these exact words. `unit`: the office that signs; `mandate`, `decision`: what it is
    about, where it is about one; `until`: the last day on which it is good, if it runs out (ISO date)."""

    certificate: str
    kind: str
    text: TextRef
    unit: str | None
    mandate: str | None
    decision: str | None
    until: str | None


@act("certificate.revoked", v=1)
class CertificateRevoked(Act, frozen=True):
    """A certificate is not good any more. `act`: the number of the act that issued it."""

    certificate: str
    act: int
    reason: TextRef | None


class Ground(msgspec.Struct, frozen=True):
    """Why somebody may have a certificate, as the register has it. `right`: a right that they hold, or None: as what
    they stand on it; `since`: from which quarter, where the register says so."""

    right: str | None
    since: str | None


def ground(kind: str, row: Row, rules: Charter, today: dt.date) -> Ground | None:
    """What the register has that such a certificate can rest on; None if nothing. Residence: whoever stands on it as a
    resident, or holds a right for which the charter asks for residence. Membership: whoever stands on it as a member,
    or holds any right today."""
    if row.left is not None or row.name is None:
        return None
    held = {right: row.rights[right] for right in rights_of(rules) if holds(row.rights.get(right), today)}
    if kind == "residence":
        if row.kind == "resident":
            return Ground(None, row.joined)
        held = {right: since for right, since in held.items() if _asks_residence(rules, right)}
    elif row.kind == "member":
        return Ground(None, row.joined)
    first = min(held, key=lambda right: held[right], default=None)
    return None if first is None else Ground(first, held[first])


def _asks_residence(rules: Charter, right: str) -> bool:
    wanted: Requirement = rules.value(f"rights.{right}.requires", Requirement())
    return bool(wanted.residence_months)


def tidy(words: str) -> str:
    """The words of a certificate as they are sealed: nothing that cannot be seen, no spaces at the ends of lines, no
    empty line twice. Refuses: words.empty; words.too_long (length, limit); certificate.too_many_lines (limit)."""
    lines = [one_line(line) for line in words.replace("\r", "").split("\n")]
    said = "\n".join(lines).strip()
    while "\n\n\n" in said:
        said = said.replace("\n\n\n", "\n\n")
    if not said:
        raise Refused("words.empty")
    length = max(len(said), len(said.encode()) - LONGEST_BYTES + LONGEST)
    if length > LONGEST:
        raise Refused("words.too_long", length=length, limit=LONGEST)
    if said.count("\n") >= MOST_LINES:
        raise Refused("certificate.too_many_lines", limit=MOST_LINES)
    return said


def issue(
    s: State,
    *,
    by: str,
    certificate: str,
    kind: str,
    text: TextRef,
    unit: str | None,
    mandate: str | None,
    decision: str | None,
    until: str | None,
    on: Ground | None,
    today: str,
) -> CertificateIssued:
    """Issue a certificate; `on`: what the register has of whoever it is for. Refuses: member.not_facilitator,
    motion.bad_id, certificate.unknown_kind, certificate.not_on_register, unit.unknown, mandate.unknown,
    mandate.ended_already, decision.unknown, certificate.past, certificate.beyond_term (until)."""
    facilitator(s, by)
    if not ID.fullmatch(certificate) or certificate in s.certificates:
        raise Refused("motion.bad_id")
    if kind not in KINDS:
        raise Refused("certificate.unknown_kind")
    if kind in OF_A_PERSON and on is None:
        raise Refused("certificate.not_on_register")
    if unit is not None and unit not in rules_of(s).entries("units"):
        raise Refused("unit.unknown")
    if until is not None and until < today:
        raise Refused("certificate.past")
    about: dict[str, str | None] = {"mandate": None, "decision": None}
    if kind == "mandate":
        about["mandate"] = _mandate(s, mandate, until, today)
    if kind == "decision":
        about["decision"] = decided(s, decision or "").id
    return CertificateIssued(certificate=certificate, kind=kind, text=text, unit=unit, until=until, **about)


def _mandate(s: State, mandate: str | None, until: str | None, today: str) -> str:
    found = s.mandates.get(mandate or "")
    if found is None:
        raise Refused("mandate.unknown")
    if not running(found, today):
        raise Refused("mandate.ended_already")
    if found.until is not None and (until is None or until >= found.until):
        raise Refused("certificate.beyond_term", until=days_later(found.until, -1))
    return found.id


def apply_issued(s: State, a: CertificateIssued, at: str) -> State:
    """It is good from now on."""
    made = Certificate(
        id=a.certificate,
        number=len(s.certificates) + 1,
        kind=a.kind,
        text=a.text,
        unit=a.unit,
        mandate=a.mandate,
        decision=a.decision,
        until=a.until,
        act=s.size,
        issued=at[:10],
    )
    return msgspec.structs.replace(s, certificates=s.certificates.set(made.id, made))


def revoke(s: State, *, by: str, certificate: str, reason: TextRef | None) -> CertificateRevoked:
    """Say that a certificate is not good any more. Refuses: member.not_facilitator, certificate.unknown,
    certificate.revoked_already."""
    facilitator(s, by)
    found = s.certificates.get(certificate)
    if found is None:
        raise Refused("certificate.unknown")
    if found.revoked is not None:
        raise Refused("certificate.revoked_already")
    return CertificateRevoked(certificate=certificate, act=found.act, reason=reason)


def apply_revoked(s: State, a: CertificateRevoked, at: str) -> State:
    """It is not good any more."""
    found: Any = s.certificates[a.certificate]
    changed = msgspec.structs.replace(found, revoked=at[:10], reason=a.reason)
    return msgspec.structs.replace(s, certificates=s.certificates.set(a.certificate, changed))

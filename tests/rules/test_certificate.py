"""Certificates: for whom, about what, until when; revoked once; no name in the book."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import certificate, charter
from comuna.rules.certificate import Ground
from comuna.rules.register import Row
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, ROSA, TEXT, Council, entry, rule
from tests.rules.test_assembly import refuses
from tests.rules.test_election import INES, elect, stand

ONE = an_id(700)
RULES = charter.parse(
    COUNCIL
    + entry("rights.vote", "Vote")
    + rule("rights.vote.requires", "{ residence_months = 6 }")
    + entry("rights.voice", "Voice")
)
DAY = dt.date(2026, 11, 28)
GUEST = {"kind": "guest"}


def asked(council: Council, **changes: object) -> dict[str, object]:
    """What is asked for: a certificate of residence, of somebody who lives here."""
    about = {"unit": None, "mandate": None, "decision": None, "until": None, "on": Ground(None, None)}
    return {
        "by": ROSA,
        "certificate": ONE,
        "kind": "residence",
        "text": TEXT,
        "today": council.today,
        **about,
        **changes,
    }


def issue(council: Council, **changes: object) -> None:
    council.record(certificate.issue(council.state, **asked(council, **changes)))


def test_a_certificate_is_issued_and_revoked_once(council: Council) -> None:
    issue(council, unit="finance", until="2027-03-01")
    issued = council.state.certificates[ONE]
    assert (issued.number, issued.unit, issued.until, issued.revoked) == (1, "finance", "2027-03-01", None)
    assert issued.act == council.state.size - 1
    refuses("motion.bad_id", certificate.issue, s=council.state, **asked(council))
    council.record(certificate.revoke(council.state, by=ROSA, certificate=ONE, reason=TEXT))
    assert council.state.certificates[ONE].revoked == council.today
    for code, which in (("certificate.revoked_already", ONE), ("certificate.unknown", an_id(701))):
        refuses(code, certificate.revoke, s=council.state, by=ROSA, certificate=which, reason=None)
    assert council.rebuilt() == council.state


def test_what_is_not_so_is_not_certified(council: Council) -> None:
    for code, changes in (
        ("member.not_facilitator", {"by": "9999"}),
        ("motion.bad_id", {"certificate": "x"}),
        ("certificate.unknown_kind", {"kind": "income"}),
        ("certificate.not_on_register", {"on": None}),
        ("certificate.not_on_register", {"kind": "membership", "on": None}),
        ("unit.unknown", {"unit": "nowhere"}),
        ("certificate.past", {"until": "2020-01-01"}),
        ("mandate.unknown", {"kind": "mandate"}),
        ("decision.unknown", {"kind": "decision", "decision": an_id(1)}),
    ):
        refuses(code, certificate.issue, s=council.state, **asked(council, **changes))


def test_a_mandate_is_certified_while_it_runs_and_no_longer_than_its_term(council: Council) -> None:
    stand(council, INES)
    made = elect(council, 1, (INES,))
    held = council.state.mandates[f"{made}.0"]
    about = {"kind": "mandate", "mandate": held.id, "on": None}
    for until in (None, held.until):
        refuses("certificate.beyond_term", certificate.issue, s=council.state, **asked(council, **about, until=until))
    issue(council, **about, until=council.today)
    assert council.state.certificates[ONE].mandate == held.id
    ended = msgspec.structs.replace(held, ended="resigned")
    s = msgspec.structs.replace(council.state, mandates=council.state.mandates.set(held.id, ended))
    refuses("mandate.ended_already", certificate.issue, s=s, **asked(council, **about, certificate=an_id(702)))


@pytest.mark.parametrize(
    ("kind", "row", "found"),
    [
        ("residence", {"kind": "resident", "joined": "2026-Q1"}, Ground(None, "2026-Q1")),
        ("residence", {"kind": "member"}, None),
        ("residence", {"kind": "member", "rights": {"voice": "2026-Q1"}}, None),
        ("residence", {"kind": "guest", "rights": {"voice": "2025-Q1", "vote": "2026-Q2"}}, Ground("vote", "2026-Q2")),
        ("residence", {"kind": "guest", "rights": {"vote": "2027-Q1"}}, None),
        ("residence", {"kind": "resident", "left": "2026-Q3"}, None),
        ("residence", {"kind": "resident", "name": None}, None),
        ("membership", {"kind": "member"}, Ground(None, None)),
        ("membership", {"kind": "resident"}, None),
        ("membership", {"rights": {"vote": "2026-Q3", "voice": "2026-Q2"}, **GUEST}, Ground("voice", "2026-Q2")),
        ("membership", {"kind": "guest", "rights": {"vote": "2027-Q1"}}, None),
    ],
)  # fmt: skip
def test_only_what_the_register_has_is_certified(kind: str, row: dict[str, object], found: Ground | None) -> None:
    assert certificate.ground(kind, Row(**{"member": "2001", "name": "Inés", **row}), RULES, DAY) == found


def test_words_are_tidied_before_they_are_sealed() -> None:
    assert certificate.tidy("  Inés\u202e  vive \r\n\n\n\n aquí.\u200b ") == "Inés vive\n\naquí."
    assert certificate.tidy("x" * certificate.LONGEST)
    for code, words in (
        ("words.empty", " \n"),
        ("words.too_long", "x" * (certificate.LONGEST + 1)),
        ("words.too_long", "漢" * 300),
        ("certificate.too_many_lines", "a\n" * certificate.MOST_LINES + "a"),
    ):
        with pytest.raises(Refused) as refused:
            certificate.tidy(words)
        assert refused.value.code == code

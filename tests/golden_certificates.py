"""What the certificates of a golden book do: one of each kind, some that run out, some revoked, one of them erased."""

from __future__ import annotations

import datetime as dt

from comuna.rules import certificate
from comuna.rules.certificate import Ground
from comuna.rules.eligibility import running
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE


def certify(t: Telling) -> None:
    """All of it."""
    today = t.clock().date().isoformat()
    later = (t.clock().date() + dt.timedelta(days=90)).isoformat()
    s = t.state()
    held = {m.unit: m.id for m in sorted(s.mandates.values(), key=lambda m: m.id) if running(m, today)}
    decision = sorted(s.decisions)[0]
    abouts = [
        ("residence", {"on": Ground(None, "2026-Q1")}, later),
        ("residence", {"on": Ground("vote", "2026-Q1")}, None),
        ("membership", {"on": Ground(None, None)}, later),
        ("membership", {"on": Ground("voice", "2026-Q2")}, None),
        ("decision", {"decision": decision}, later),
        ("decision", {"decision": decision, "unit": "control"}, None),
        ("mandate", {"mandate": held["finance"]}, later),
        ("mandate", {"mandate": held["control"], "unit": "finance"}, None),
    ]
    for n, (kind, about, until) in enumerate(abouts):
        words = t.text(f"Constancia {n}: {STRANGE}")
        given = {"unit": None, "mandate": None, "decision": None, "on": None, **about, "until": until}
        made = {"certificate": an_id(900 + n), "kind": kind, "text": words.ref, "today": today}
        t.act(lambda s, made=made, given=given: certificate.issue(s, by=t.rosa, **made, **given), words)
    why = t.text("Se mudó.")
    t.act(lambda s: certificate.revoke(s, by=t.rosa, certificate=an_id(900), reason=why.ref), why)
    t.act(lambda s: certificate.revoke(s, by=t.rosa, certificate=an_id(903), reason=None))

"""What a golden book tells of needs: every act about them, in every way in which its fields can be filled."""

from __future__ import annotations

from typing import Any

from comuna.kernel.text import Text
from comuna.rules import need as rules
from comuna.rules.assembly import rules_of
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE


def need(t: Telling) -> None:
    """Six needs are raised, put in order and presented, and the next round begins."""
    words = [t.text(f"Necesidad {n}. {STRANGE}") for n in range(6)]
    place, point, photo = t.text("Vereda 3"), t.text("10.48801,-66.87919"), t.text("in place of a picture")
    state = t.state()
    unit = next(iter(rules_of(state).entries("units")))
    decision = min(state.decisions.values(), key=lambda each: each.number)
    bare: dict[str, Any] = {"unit": None, "place": None, "point": None, "photo": None}
    whole: dict[str, Any] = {"unit": unit, "place": place.ref, "point": point.ref, "photo": photo.ref}
    for n, said in enumerate(words):
        by = rules.BY_DESK if n % 2 else rules.BY_MEMBER
        _raise(t, n, said, by, whole if n == 0 else bare, *((place, point, photo) if n == 0 else ()))
    reason, how = t.text("Ya está en la lista"), t.text("Se cambió el bombillo")
    t.act(lambda s: rules.merge(s, by=t.rosa, need=an_id(401), into=an_id(400)))
    t.act(lambda s: rules.group(s, by=t.rosa, need=an_id(402), unit=unit))
    t.act(lambda s: rules.decline(s, by=t.rosa, need=an_id(403), reason=reason.ref), reason)
    t.act(lambda s: rules.reopen(s, by=t.rosa, need=an_id(403)))
    made = {"by": t.rosa, "need": an_id(404), "decision": decision.id, "project": an_id(430), "how": how.ref}
    t.act(lambda s: rules.meet(s, **made), how)
    t.act(lambda s: rules.meet(s, by=t.rosa, need=an_id(405)))
    counted = {an_id(400): (23, 41), an_id(402): (4, 5)}
    here = decision.gathering
    t.act(lambda s: rules.present(s, by=t.rosa, diagnosis=an_id(410), gathering=here, counted=counted))
    t.act(lambda s: rules.approve(s, by=t.rosa, diagnosis=an_id(410), decision=decision.id))
    t.act(lambda s: rules.begin(s, by=t.rosa))
    t.act(lambda s: rules.present(s, by=t.rosa, diagnosis=an_id(411), gathering=None, counted=counted))


def _raise(t: Telling, n: int, said: Text, by: str, more: dict[str, Any], *named: Text) -> None:
    t.act(lambda s: rules.raise_need(s, by=by, need=an_id(400 + n), words=said.ref, **more), said, *named, by=by)

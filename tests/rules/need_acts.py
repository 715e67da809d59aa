"""An example of every act about needs, in every case of its sentence, under what the minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import need
from tests.cast import an_id

NEED: dict[str, Any] = {"need": an_id(401)}
RAISED: dict[str, Any] = {**NEED, "unit": None, "place": None, "point": None, "photo": None}
PRESENTED: dict[str, Any] = {
    "diagnosis": an_id(410), "gathering": an_id(100), "needs": [an_id(401), an_id(402)], "cards": [23, 0],
    "hands": [0, 0],
}  # fmt: skip


def told(*, text: TextRef, reason: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `reason` "the room was taken."; `gone` was erased."""
    return {
        "A need was raised: Mend the pump.": need.NeedRaised(**RAISED, words=text),
        "A need was raised: Mend the pump. It was given to: Finance.": need.NeedRaised(
            **{**RAISED, "unit": "finance"}, words=text
        ),
        "A need was raised; its words were erased.": need.NeedRaised(**RAISED, words=gone),
        "A need was merged into another that asks for the same.": need.NeedMerged(**NEED, into=an_id(402)),
        "A need was given to: Control.": need.NeedGrouped(**NEED, unit="control"),
        "A need was taken off the list: the room was taken.": need.NeedDeclined(**NEED, reason=reason),
        "A need was taken off the list; the reason was erased.": need.NeedDeclined(**NEED, reason=gone),
        "A need is met.": need.NeedMet(**NEED, decision=None, project=None, how=None),
        "A need is met: Mend the pump.": need.NeedMet(**NEED, decision=None, project=None, how=text),
        "A need is open again.": need.NeedReopened(**NEED),
        "The diagnosis was presented to the assembly. Needs on it: 2.": need.DiagnosisPresented(**PRESENTED),
        "An assembly approved the diagnosis.": need.DiagnosisApproved(diagnosis=an_id(410), decision=an_id(104)),
        "Round 2 of the diagnosis began: support is collected anew.": need.DiagnosisBegun(round=2),
    }

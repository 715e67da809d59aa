"""Which sentence the acts about needs have: the endings of their keys, and what each sentence needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import need

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    need.NeedRaised: ("unit", "words"),
    need.NeedMerged: (),
    need.NeedGrouped: ("unit",),
    need.NeedDeclined: ("reason",),
    need.NeedMet: ("how",),
    need.NeedReopened: (),
    need.DiagnosisPresented: ("listed",),
    need.DiagnosisApproved: (),
    need.DiagnosisBegun: ("round",),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "need.raised": ("", ".unit", ".erased"),
    "need.merged": ("",),
    "need.grouped": ("",),
    "need.declined": ("", ".erased"),
    "need.met": ("", ".how"),
    "need.reopened": ("",),
    "diagnosis.presented": ("",),
    "diagnosis.approved": ("",),
    "diagnosis.begun": ("",),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    match name:
        case "need.raised":
            return ".erased" if args["words"] is None else "" if args["unit"] is None else ".unit"
        case "need.declined":
            return ".erased" if args["reason"] is None else ""
        case "need.met":
            return "" if args["how"] is None else ".how"
    return ""

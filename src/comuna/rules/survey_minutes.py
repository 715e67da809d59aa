"""Which sentence the acts of surveys have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import survey

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    survey.SurveyOpened: ("title", "name", "expected", "keep"),
    survey.SurveyClosed: ("answered", "refused", "not_reached", "kept"),
    survey.SurveyErased: (),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "survey.opened": (".kept", ".totals", ".kept_erased", ".totals_erased"),
    "survey.closed": (".kept", ".totals"),
    "survey.erased": ("",),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which sentence of its kind an act has."""
    match name:
        case "survey.opened":
            return (".kept" if args["keep"] else ".totals") + ("_erased" if args["title"] is None else "")
        case "survey.closed":
            return ".kept" if args["kept"] else ".totals"
    return ""

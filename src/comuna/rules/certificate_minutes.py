"""Which sentence the acts about certificates have. Their words are nobody's but the holder's, so no sentence tells
them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import certificate

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    certificate.CertificateIssued: ("kind", "until"),
    certificate.CertificateRevoked: ("act",),
}
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "certificate.issued": tuple(f".{kind}{until}" for kind in certificate.KINDS for until in ("", "_until")),
    "certificate.revoked": ("",),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    if name == "certificate.issued":
        return f".{args['kind']}" + ("" if args["until"] is None else "_until")
    return ""

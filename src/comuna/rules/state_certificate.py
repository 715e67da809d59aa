"""What a group's book says of its certificates."""

from __future__ import annotations

import msgspec
from immutables import Map

from comuna.kernel.act import TextRef


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that was issued: what it certifies (`kind`), in which words (`text`), in the name of which `unit`,
    about which `mandate` or `decision`. `until`: the last day on which it is good (None: it does not run out);
    `number` counts the group's certificates from 1; `act`: the act that issued it; `issued`, `revoked`: days by UTC."""

    id: str
    number: int
    kind: str
    text: TextRef
    unit: str | None
    mandate: str | None
    decision: str | None
    until: str | None
    act: int
    issued: str
    revoked: str | None = None
    reason: TextRef | None = None


Certificates = Map[str, Certificate]

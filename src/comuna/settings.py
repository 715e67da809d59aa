"""What an installation is told at its start."""

from __future__ import annotations

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`url`: the address people use, without a slash at its end. `hosts`: names it answers to besides that one; plain
    IP addresses and localhost are always answered. `zone`: the zone assumed for a page that names none."""

    url: str = "http://localhost:8000"
    hosts: tuple[str, ...] = ()
    zone: str | None = None

    @property
    def secure(self) -> bool:
        """Whether people come over HTTPS."""
        return self.url.startswith("https://")

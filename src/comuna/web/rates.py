"""How much may come from one address, one key, one guesser in a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from hashlib import sha256
from typing import Final

from comuna.kernel.refusal import Refused


class Rates:
    """How many writes a minute: buckets that fill again, one per address and one per key, under digests of a fixed
    length. The one longest unused is forgotten first."""

    PER_ADDRESS: Final = 1_200
    PER_KEY: Final = 300
    PER_NEWCOMERS: Final = 240
    """From one address, by browsers whose key opens nothing: each of these may become a participant."""
    PER_GUESSER: Final = 60
    """Codes that are none, from one address. In ninety minutes that is one chance in 160,000."""
    PER_REPORTER: Final = 10
    """Reports of what was not collected, from one address: a household has one or two, a block behind a router few."""
    MOST: Final = 50_000

    def __init__(self) -> None:
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def allow(self, address: str, key: str) -> bool:
        """Whether one more write may come from this address and key now."""
        if not self._take("address", address, self.PER_ADDRESS):
            return False
        return not key or self._take("key", key, self.PER_KEY)

    def allow_newcomer(self, address: str) -> bool:
        """Whether one more write may come from this address by a browser that nobody knows yet."""
        return self._take("newcomers", address, self.PER_NEWCOMERS)

    def allow_person(self, key: str | None) -> bool:
        """Whether one more write may come from somebody who is known by this key."""
        return self._take("key", key or "", self.PER_KEY)

    def allow_arrival(self, address: str) -> bool:
        """Whether one more newcomer who brings the code may come in from this address."""
        return self._take("address", address, self.PER_ADDRESS)

    def allow_report(self, address: str) -> bool:
        """Whether one more report of something that was not collected may come from this address."""
        return self._take("reports", address, self.PER_REPORTER)

    def look_at(self, brought: str, right: str | None, address: str) -> None:
        """Count a code that is wrong. Refuses rate.exceeded, without looking, after too many."""
        if not brought:
            return
        if not self.may_guess(address):
            raise Refused("rate.exceeded")
        if brought != right:
            self.guessed_wrong(address)

    def may_guess(self, address: str) -> bool:
        """Whether a code that comes from this address is looked at: not after too many wrong ones."""
        return self._take("guess", address, self.PER_GUESSER, cost=0)

    def guessed_wrong(self, address: str) -> None:
        """A code from this address was none."""
        self._take("guess", address, self.PER_GUESSER)

    def _take(self, kind: str, name: str, per_minute: int, cost: int = 1) -> bool:
        now = time.monotonic()
        digest = sha256(f"{kind} {name}".encode(errors="replace")).digest()[:16]
        left, last = self._buckets.get(digest, (float(per_minute), now))
        left = min(per_minute, left + (now - last) * per_minute / 60)
        self._buckets[digest] = (max(left - cost, 0), now)
        self._buckets.move_to_end(digest)
        if len(self._buckets) > self.MOST:
            self._buckets.popitem(last=False)
        return left >= 1

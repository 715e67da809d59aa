"""The phones of a gathering, played by the program of `bench/hall_client.c`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.held.gathering import Held
from bench.run import Unable
from comuna.kernel import identity

ROOT = Path(__file__).parents[2]
AT_ONCE = 500
"""How many connect at a time, where it is not measured."""

Answer = dict[str, Any]


def c_compiler() -> str | None:
    """Where a C compiler is; None if there is none."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def compiled(compiler: str, folder: Path, *options: str) -> Path:
    """The program that plays the phones, made in this folder. Refuses what the compiler does not understand."""
    program = folder / "hall_client"
    source = ROOT / "bench" / "hall_client.c"
    made = subprocess.run([compiler, "-O2", *options, "-o", program, source], capture_output=True, text=True)
    if made.returncode != 0:
        raise Unable(f"the program that plays the phones cannot be made here.\n{made.stderr.rstrip()}")
    return program


class Phones:
    """The program of `hall_client.c` as phones of a gathering, at a server on this port; its commands stand there."""

    def __init__(self, program: Path, port: int, held: Held) -> None:
        self.hand = ""
        command: list[str | Path] = [program, str(port), f"/s/{held.gathering}/live", held.keys]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def __enter__(self) -> Phones:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """All phones go, and the program ends."""
        self.process.kill()
        self.process.communicate()

    def ask(self, *words: object) -> Answer:
        """Give a command and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Unable(f"the program that plays the phones ended at `{words[0]}`.")
        answer: Answer = json.loads(line)
        return answer

    def listen(self, size: int, how: str = "open", at_once: int = AT_ONCE) -> Answer:
        """Let so many phones listen, each until its first frame."""
        answer = self.ask(how, size, at_once)
        if answer["refused"] or answer["missing"] or answer["listening"] < size:
            status = f", the answer was {answer['refusal']}" if answer["refusal"] else ""
            raise Unable(f"{answer['listening']:,} of {size:,} phones got a stream of events{status}.")
        return answer

    def settle(self) -> None:
        """Wait until nothing has changed for a while, and the server has put away what it used."""
        self.ask("settle", 700)
        time.sleep(0.3)

    def change(self, number: int) -> Answer:
        """Somebody raises a hand, or lowers the one that is up: what it took until all who listen had it."""
        if self.hand:
            who, _, hand = self.hand.partition(" ")
            self.hand = ""
            return self._post(int(who), "lower", f"hand={hand}&key={_fresh()}")
        hand = _fresh()
        self.hand = f"{number} {hand}"
        return self._post(number, "hand", f"kind=point&key={hand}")

    def change_plainly(self, size: float) -> Answer:
        """The plain writer sends so many bytes to all."""
        return self._post(0, "hand", f"size={round(size)}")

    def _post(self, who: int, what: str, body: str) -> Answer:
        self.ask("settle", 100)
        answer = self.ask("change", who, what, body)
        if answer["status"] != 200 or answer["missing"] or answer["lost"]:
            lacking = answer["missing"] + answer["lost"]
            raise Unable(f"a change was answered with {answer['status']}, and {lacking:,} phones did not get it.")
        return answer


def _fresh() -> str:
    return identity.id_of(os.urandom(16))

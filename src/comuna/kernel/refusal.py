"""The one domain error."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  it is an answer, not an accident
    """What was asked may not happen. `code` is stable and dotted (`gathering.closed`); `args` fill the sentence that
    the edge makes of it in the reader's language (`comuna.messages`)."""

    def __init__(self, code: str, **args: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = args

    def __str__(self) -> str:
        rest = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.code}({rest})"

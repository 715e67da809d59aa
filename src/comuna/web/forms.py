"""Forms as browsers send them: fields of text, tidied, with limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request

from comuna.kernel.refusal import Refused

LARGEST_FORM: Final = 4 * 1024 * 1024
"""Bytes of a form with everything in it."""
LARGEST_UPLOAD: Final = 16 * 1024 * 1024
"""Bytes of a form that brings a picture, a voucher or a map: telephones take pictures of several megabytes."""
MOST_FIELDS: Final = 500
TABLES: Final = frozenset({"table", "toml"})
UPLOADS: Final = frozenset({"photo", "voucher", "map"})
AS_BYTES: Final = TABLES | UPLOADS
"""Fields whose files are read by whoever takes them in: a table or a charter can be in any encoding, or broken, a
picture has none."""


class Form:
    """The fields of a form. What was not sent is empty."""

    def __init__(self, fields: Mapping[str, list[str]], files: Mapping[str, bytes] | None = None) -> None:
        self.fields = fields
        self.files = files or {}
        """What was uploaded in `AS_BYTES`, byte by byte."""

    def as_sent(self, name: str) -> str:
        """A field, character by character."""
        values = self.fields.get(name)
        return values[-1] if values else ""

    def text(self, name: str) -> str:
        """A field without zero characters, which PostgreSQL does not keep."""
        return self.as_sent(name).replace("\x00", "")

    def line(self, name: str) -> str:
        """A field on one line, without the spaces around it."""
        return " ".join(self.text(name).split())

    def optional(self, name: str) -> str | None:
        """A field on one line; None if it is empty."""
        return self.line(name) or None

    def all(self, name: str) -> list[str]:
        """Every value of a field that stands several times."""
        return [value.replace("\x00", "") for value in self.fields.get(name, ())]

    def number(self, name: str) -> int | None:
        """A whole number of up to nine digits; None if it is empty or none."""
        written = self.line(name)
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))


def largest(request: Request) -> int:
    """Bytes that a form may have: more where it can bring files."""
    brings_files = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    return LARGEST_UPLOAD if brings_files else LARGEST_FORM


async def read(request: Request) -> Form:
    """The form of a request, or an empty one. Refuses form.too_large, form.unreadable."""
    if request.method in ("GET", "HEAD"):
        return Form({})
    limit, length = largest(request), request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise Refused("form.too_large", limit=limit // 2**20)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise Refused("form.unreadable")  # the parser would believe it, and some charsets take minutes to decode
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    try:
        if kind == b"application/x-www-form-urlencoded":
            sent = (await request.body()).decode("latin-1")
            for name, value in parse_qsl(sent, keep_blank_values=True, max_num_fields=MOST_FIELDS):
                fields.setdefault(name, []).append(value)
            return Form(fields)
        async with request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=LARGEST_FORM) as parts:
            for name, value in parts.multi_items():
                if isinstance(value, UploadFile) and name in AS_BYTES:
                    files[name] = await value.read(LARGEST_FORM if name in TABLES else LARGEST_UPLOAD)
                    continue
                if isinstance(value, UploadFile):
                    value = _decoded(await value.read(LARGEST_FORM + 1))
                value.encode("utf-8")
                fields.setdefault(name, []).append(value)
    except Refused:
        raise
    except Exception as error:  # whatever the parser stumbles over, the sender gets one sentence
        raise Refused("form.unreadable") from error
    return Form(fields, files)


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FORM:
        raise Refused("form.too_large", limit=LARGEST_FORM // 2**20)
    if b"\x00" in content:
        raise Refused("page.binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")

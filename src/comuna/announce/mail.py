"""Mails saved or pasted whole: quoted-printable text made readable, headers and list footers told from what is said."""

from __future__ import annotations

import email.errors
import email.header
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from comuna.announce.source import Line

_QUOTED_PRINTABLE: Final = re.compile(r"^content-transfer-encoding:\s*quoted-printable", re.IGNORECASE | re.MULTILINE)
_ESCAPED: Final = re.compile(r"(?:=[0-9A-F]{2})+")
_LETTER: Final = re.compile(r"=C[23]=[89AB][0-9A-F]|=E2=80=[0-9A-F]{2}")
_CHARSET: Final = re.compile(r"charset=\"?(iso-8859-1|iso-8859-15|windows-1252|us-ascii|latin-?1)", re.IGNORECASE)
_WORD: Final = re.compile(r"=\?[\w-]{2,30}\?[bq]\?[^?\s]{1,400}\?=", re.IGNORECASE)
_HEADER: Final = re.compile(
    r"(from|to|subject|date|sent|cc|bcc|reply-to|de|para|asunto|fecha|enviado|enviado el|responder a|mime-version"
    r"|content-[a-z-]+|message-id|return-path|received|delivered-to|in-reply-to|references|list-[a-z-]+|x-[a-z-]+"
    r"|sender|importance|thread-[a-z]+|cco?|attachments?|adjuntos?):(?:\s|$)"
)
_NAMES: Final = frozenset(["subject", "asunto"])
_OTHERS: Final = frozenset(["from", "to", "date", "sent", "de", "para", "fecha", "enviado", "enviado el"])
_REPLY: Final = re.compile(
    r"-*\s*(?:forwarded message|original message|mensaje (?:reenviado|original)"
    r"|begin forwarded message|inicio del mensaje reenviado)\s*:?\s*-*"
    r"|(?:on|el)\s.{6,80}\s(?:wrote|escribio)\s?:"
)
SUBJECT_MARKS: Final = re.compile(r"(?:(?:fwd?|re|rv|aw|reenv)\s?(?:\[\d\])?:\s*|\[[^\]\n]{2,40}\]\s*)+", re.IGNORECASE)
"""What programs put before a mail's subject."""


def readable(page: str) -> tuple[str, list[tuple[int, ...]] | None]:
    """The page with quoted-printable text and encoded headers made readable, and for each of its lines the numbers of
    the source lines it comes from; None for those where nothing had to be done."""
    head = page[:20_000]
    if _WORD.search(head[:6_000]):
        page = _WORD.sub(_decoded_word, page[:6_000]) + page[6_000:]
    if not _QUOTED_PRINTABLE.search(head) and len(_LETTER.findall(head)) < 3:
        return page, None
    charset = _CHARSET.search(head)
    codec = "cp1252" if charset and charset[1].lower() != "us-ascii" else "utf-8"
    lines: list[str] = []
    where: list[tuple[int, ...]] = []
    pieces: list[str] = []
    numbers: list[int] = []
    for number, source in enumerate(page.split("\n"), 1):
        soft = source.endswith("=") and len(source) > 20
        pieces.append(source[:-1] if soft else source)
        numbers.append(number)
        if not soft:
            lines.append(_unescaped("".join(pieces), codec))
            where.append(tuple(numbers))
            pieces, numbers = [], []
    if pieces:
        lines.append(_unescaped("".join(pieces), codec))
        where.append(tuple(numbers))
    return "\n".join(lines), where


def _unescaped(text: str, codec: str) -> str:
    def decoded(match: re.Match[str]) -> str:
        data = bytes.fromhex(match[0].replace("=", ""))
        if any(byte < 0x20 or byte == 0x7F for byte in data):
            return match[0]
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            return data.decode("latin-1")

    # NEL and its like would be line breaks to whoever splits lines again
    return re.sub(r"[\x80-\x9f\u2028\u2029]", "\ufffd", _ESCAPED.sub(decoded, text))


def _decoded_word(match: re.Match[str]) -> str:
    try:
        decoded = str(email.header.make_header(email.header.decode_header(match[0])))
    except (email.errors.HeaderParseError, LookupError, UnicodeError, ValueError):
        return match[0]
    return match[0] if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", decoded) else decoded


def header_lines(lines: list[Line]) -> set[int]:
    """The lines that are a mail's headers, its own or those of a mail it forwards: their dates are not the session's.
    Those that only programs read, and "… wrote:", are marked as furniture."""
    found: set[int] = set()
    run: list[tuple[int, str]] = []
    for index, line in enumerate(lines[:60]):
        if _REPLY.fullmatch(line.folded.strip()):
            line.furniture = True
        match = _HEADER.match(line.folded)
        if run and (line.gap or not match):
            found |= _headers(run)
            run = []
        if match:
            run.append((index, match[1]))
    found |= _headers(run)
    for index in found:
        name = lines[index].folded.split(":", 1)[0]
        lines[index].furniture = name not in _NAMES | {"from", "de"}
    return found


def _headers(run: list[tuple[int, str]]) -> set[int]:
    names = {name for _, name in run}
    return {index for index, _ in run} if names & _NAMES and names & _OTHERS else set()

"""The blocks of an assembly's minutes, for a page and for paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from comuna.language import Language
from comuna.messages import moment_said, say, say_all
from comuna.paper import document as paper
from comuna.rules.assembly_blocks import (
    AnyBlock,
    Ballot,
    Bars,
    Box,
    Correction,
    Numbered,
    Signatures,
)
from comuna.rules.minutes import Line
from comuna.web import record, vote_drawing
from comuna.web.record import Spoken


def shown(words: Language, blocks: Iterable[AnyBlock]) -> list[Spoken]:
    """Blocks for a page, in a language."""
    return [_spoken(words, block) for block in blocks]


def _spoken(words: Language, block: AnyBlock) -> Spoken:
    match block:
        case Box():
            return Spoken("box", block, _sees_to(words, block))
        case Bars():
            return Spoken("bars", block, say(words, block.alt), items=[vote_drawing.both(words, block)])
        case Ballot():
            return Spoken("ballot", block, say(words, block.verdict), items=_ballot(words, block))
        case Correction():
            return Spoken("correction", block, _corrected(words, block))
        case Signatures(items):
            rows = [(say(words, each.office), each.holders, _signed_at(words, each.at, each.zone)) for each in items]
            return Spoken("signatures", block, items=rows)
        case Numbered(items):
            acts = [(seq, moment_said(words, each.at, each.zone), say(words, each.line)) for seq, each in items]
            return Spoken("numbered", block, items=acts)
    return record.shown(words, [block])[0]


def _ballot(words: Language, block: Ballot) -> list[object]:
    """How it was opened, its rules, its counts, its picture, its reasons, what came after."""
    return [
        say(words, block.opened),
        [say(words, rule) for rule in block.rules],
        [say(words, each) for each in block.counted],
        vote_drawing.both(words, block.bars) if block.bars else None,
        say_all(words, block.reasons),
        [say(words, each) for each in block.after],
    ]


def _sees_to(words: Language, box: Box) -> str:
    """Who sees to a decision, and by when."""
    due = words.date(dt.date.fromisoformat(box.due), "long") if box.due else ""
    if box.owner and due:
        return words.text("%(owner)s sees to it by %(due)s.", owner=box.owner, due=due)
    if box.owner:
        return words.text("%(owner)s sees to it.", owner=box.owner)
    return words.text("By %(due)s.", due=due) if due else ""


def _done(words: Language, box: Box) -> str:
    if not box.done:
        return ""
    return words.text("Done: %(report)s", report=box.report) if box.report else words.text("Done.")


def _corrected(words: Language, block: Correction) -> str:
    """What the correction is about, and when it was made."""
    at = moment_said(words, block.at, block.zone)
    if block.about is None:
        return words.text("Correction, written down on %(at)s as act %(act)s", at=at, act=block.act)
    return words.text(
        "Correction of act %(about)s, written down on %(at)s as act %(act)s", about=block.about, at=at, act=block.act
    )


def _signed_at(words: Language, at: str | None, zone: str) -> str:
    return moment_said(words, at, zone) if at else ""


def on_paper(words: Language, blocks: Iterable[AnyBlock]) -> Iterator[paper.Block]:
    """Blocks for paper and for Markdown."""
    for block in blocks:
        match block:
            case Box():
                remark = " ".join(part for part in (_sees_to(words, block), _done(words, block)) if part)
                title = words.text("Decision %(number)s", number=block.number)
                yield paper.Boxed(title, block.words or words.text("The words were erased."), remark or None)
            case Bars():
                yield _picture(words, block)
            case Ballot():
                yield from _ballot_on_paper(words, block)
            case Correction():
                yield paper.Quote(block.words or words.text("The words were erased."), None, _corrected(words, block))
            case Signatures(items):
                rows = tuple(
                    (
                        (say(words, e.office),),
                        e.holders,
                        tuple(filter(None, [_signed_at(words, e.at, e.zone)])),
                        ("\u00a0\n\u00a0\n\u00a0",),
                    )
                    for e in items
                )
                heads = (words.text("Office"), words.text("Held by"), words.text("Signed on"), words.text("Signature"))
                yield paper.Table(heads, rows)
            case Numbered(items):
                acts = (
                    f"{seq} · {moment_said(words, each.at, each.zone)}: {say(words, each.line)}" for seq, each in items
                )
                yield paper.Bullets(tuple(acts))
            case _:
                yield record.on_paper(words, block)


def _picture(words: Language, bars: Bars) -> paper.Picture:
    return paper.Picture(vote_drawing.drawing(words, bars, vote_drawing.PAPER), say(words, bars.alt), width=140)


def _ballot_on_paper(words: Language, block: Ballot) -> Iterator[paper.Block]:
    lines: list[Line] = [block.opened, *block.counted]
    yield paper.Paragraph(say_all(words, lines))
    if block.question:
        yield paper.Quote(block.question)
    yield paper.Paragraph(f"{say(words, block.verdict)}. {say_all(words, block.reasons)}".strip())
    if block.bars:
        yield _picture(words, block.bars)
    if block.rules:
        rules = say_all(words, block.rules)
        yield paper.Fine(words.text("Its rules, sealed when it was opened: %(rules)s", rules=rules))
    if block.after:
        yield paper.Bullets(tuple(say(words, each) for each in block.after))

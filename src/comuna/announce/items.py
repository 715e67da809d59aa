"""The items of a list on the page, and the heading that introduced them."""

from __future__ import annotations

from comuna.announce.sheet import Sheet


def items_of(sheet: Sheet, section: str) -> list[list[int]]:
    """The section's items, each with the lines nested under it. Bullets where it has any; else its short lines."""
    groups: list[list[int]] = []
    lines = sheet.within(section)
    bullets = any(sheet.lines[i].kind == "bullet" for i in lines)
    ended = False
    last = -1
    for index in lines:
        line = sheet.lines[index]
        if line.kind == "heading" or (not line.text):
            continue
        if bullets:
            if (line.kind == "bullet" and not line.level) or (line.kind == "bullet" and not groups):
                groups.append([index])
            elif line.kind == "bullet" and groups:
                groups[-1].append(index)
            continue
        if (
            ended
            or len(line.text) > 160
            or (len(line.text) > 90 and line.text.endswith("."))
            or line.text.endswith(":")
        ):
            ended = ended or bool(groups and line.gap)
            continue
        if groups and line.gap and last >= 0 and not sheet.lines[last].gap and len(groups) > 1:
            ended = True  # a block of lines ends at the blank line after it
            continue
        groups.append([index])
        last = index
    return groups


def introduce(sheet: Sheet, section: str, field: str) -> None:
    """The heading that introduced a list belongs to the field."""
    for index, name in sheet.opens.items():
        if name == section and index not in sheet.done:
            sheet.note(field, "found", index)
            sheet.finish(index)

"""The draft of a summary: what a facilitator changes or accepts when closing a session."""

from __future__ import annotations

from typing import Final

from comuna.rules.minutes import Message
from comuna.rules.record import Record, Value

MOST_QUOTED: Final = 280
"""Characters of an answer or a takeaway that a draft quotes."""
LONGEST_SUMMARY: Final = 8_000
"""Characters of a summary."""


def draft(r: Record) -> list[Message]:
    """A summary of a record, sentence by sentence: what was watched and said in numbers, the answer to each question
    that most people agreed with, how often there was disagreement, the takeaways."""
    film = r.page.announcement.film
    said: dict[str, Value] = {"moments": len(r.moments), "answers": len(r.answers), "entries": len(r.entries)}
    sentences = [Message("summary.said.film", {"film": film.title, **said}) if film else Message("summary.said", said)]
    for question in r.page.questions:
        supported = [a for a in r.answers if a.question == question.id and a.answers > a.differs]
        if supported:
            best = max(supported, key=lambda a: a.answers - a.differs)
            sentences.append(
                Message("summary.answer", {"question": _short(question.text), "answer": _short(best.words)})
            )
    differing = sum(1 for a in r.answers if a.differs and a.differs >= a.answers)
    if differing:
        sentences.append(Message("summary.differs", {"answers": differing}))
    if r.takeaways:
        sentences.append(Message("summary.takeaways", {"what": "; ".join(_short(t.words) for t in r.takeaways)}))
    else:
        sentences.append(Message("summary.takeaways.none"))
    return sentences


def _short(words: str) -> str:
    line = " ".join(words.split())
    if len(line) > MOST_QUOTED:
        return line[: MOST_QUOTED - 1].rsplit(" ", 1)[0] + "…"
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line

"""`./comuna survey`: check the questions of a survey."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from comuna.language import spoken
from comuna.rules import survey_reading
from comuna.rules.charter import Problem
from comuna.survey_problems import problem


def check(options: argparse.Namespace) -> int:
    """Print a line for each thing that is wrong with a survey's questions, and return 1; or one line that sums it
    up."""
    words = spoken()
    content = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    try:
        form, problems = survey_reading.read(content.decode())
    except UnicodeDecodeError as error:
        form, problems = None, [Problem(content[: error.start].count(b"\n") + 1, "", "not_text")]
    for each in problems:
        where = f"{options.file}:{each.line}: " + (f"{each.place}: " if each.place else "")
        print(where + problem(words, each))
    if problems or form is None:
        return 1
    counted = words.plural("%(n)s question", "%(n)s questions", len(form.questions))
    print(f"{form.title[words.code]}: {counted}")
    return 0

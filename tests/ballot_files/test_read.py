"""Files of ballots in every layout, and what is said of broken ones."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comuna.ballot_files import LAYOUTS
from comuna.ballot_files.read import BallotFile, read
from comuna.kernel.refusal import Refused
from comuna.language import language
from comuna.messages import refusal
from comuna.methods import irv, marks

BLT = """\
# whom the street sends
4 2
-3
3 1 2 0  # three people
2 2=4 - 1 0
(b17) 1 4 0
1 0
0
"Rosa"
"Inés"
"Amaru"
"Luz #1"
"The street"
"""


def of(content: str | bytes, **options: object) -> BallotFile:
    return read(BytesIO(content.encode() if isinstance(content, str) else content), **options)  # type: ignore[arg-type]


def in_words(file: BallotFile) -> list[tuple[int, str]]:
    """The ballots as people write them."""
    found = []
    for column, weight in zip(file.ballots.marks.T.tolist(), file.ballots.weights.tolist(), strict=True):
        text = ""
        for mark in column:
            name = "-" if mark == -1 else "?" if mark == -2 else file.ballots.candidates[mark & 0x3FFF]
            text += (" = " if mark >= 0x4000 else " > ") + name if text else name
        while text.endswith("-"):
            text = text.removesuffix("-").removesuffix(" > ")
        found.append((weight, text))
    return found


def test_blt():
    file = of(BLT)
    assert file.ballots.candidates == ("Rosa", "Inés", "Amaru", "Luz #1")
    assert file.ballots.withdrawn == {"Amaru"}
    assert (file.layout, file.seats, file.title) == ("blt", 2, "The street")
    assert in_words(file) == [(3, "Rosa > Inés"), (2, "Inés = Luz #1 > - > Rosa"), (1, "Luz #1"), (1, "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whatever_the_encoding(encoding: str, end: str):
    assert of(BLT.replace("\n", end).encode(encoding)).ballots.candidates[1] == "Inés"


def test_ranks_in_columns_that_name_candidates():
    file = of("Ballot,Choice 1,Choice 2,Choice 3\n1,Rosa,undervote,Inés\n2,overvote,Rosa,\n3,,,\n")
    assert file.layout == "ranks"
    assert in_words(file) == [(1, "Rosa > - > Inés"), (1, "? > Rosa"), (1, "")]


def test_ranks_as_counties_write_them_with_a_count_and_several_contests():
    county = (
        "Precinct,1ST CHOICE MAYOR,2ND CHOICE MAYOR,1ST CHOICE CLERK,COUNT\n"
        'P1,"Rosa, R.",Inés,Luz,12\n"P2",Inés,undervote,overvote,3\n'
    )
    with pytest.raises(Refused) as refused:
        of(county)
    assert refused.value.arguments == {"contests": "MAYOR; CLERK"}
    assert in_words(of(county, contest="mayor")) == [(12, "Rosa, R. > Inés"), (3, "Inés")]
    with pytest.raises(Refused, match="no_contest"):
        of(county, contest="Sheriff")


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_column_a_candidate_with_ranks_or_with_marks(between: str):
    ranks = "id,Rosa,Inés,Luz\n1,2,1,\n2,1,,1\n3,,,3\n".replace(",", between)
    assert in_words(of(ranks)) == [(1, "Inés > Rosa"), (1, "Rosa = Luz"), (1, "- > - > Luz")]
    approvals = "id,Rosa,Inés,Luz\n1,x,X,\n2,1,0,0\n3,,,\n".replace(",", between)
    assert marks.approval(of(approvals).ballots).rounds[0].votes == {"Rosa": 2, "Inés": 1, "Luz": 0}


def test_no_candidate_is_taken_for_something_else_and_left_out():
    """Somebody may be called N, and a column with a slip in it stays a candidate's."""
    assert of("n,Precinct,M,N,O\n1,7,1,2,\n2,7,,1,2\n").ballots.candidates == ("M", "N", "O")
    with pytest.raises(Refused) as refused:
        of("n,Rosa,Inés\n1,1,2\n2,1,second\n3,2,1\n")
    assert refused.value.arguments == {"line": 3, "value": "second", "column": "Inés"}
    assert of("id,Rosa,Nobody ranks her\n" + "1,1,\n" * 300).ballots.candidates == ("Rosa", "Nobody ranks her")


def test_a_row_a_mark():
    file = of("ballot_id,rank,choice\nb1,1,Rosa\nb1,3,Inés\nb2,1,Luz\nb2,1,Rosa\nb2,2,Inés\n")
    assert file.layout == "long"
    assert in_words(file) == [(1, "Rosa > - > Inés"), (1, "Rosa = Luz > Inés")]


DOMINION = '''\
County 2026,5.10
,,,,,,,,"Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)",\
"Mayor (Number of positions=1, Number of ranks=2)","Clerk (Vote For=1)"
,,,,,,,,Rosa(1),Inés(1),Rosa(2),Luz
CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,,,
1,"=""1""",1,1,x,Regular,P1,T1,0,1,1,0
2,"=""1""",1,2,x,Regular,P1,T1,1,1,0,1
3,"=""1""",1,3,x,Regular,P1,T2,,,,1
'''


def test_dominions_rows_of_headings():
    assert in_words(of(DOMINION, contest="Mayor")) == [(1, "Inés > Rosa"), (1, "Rosa = Inés")]
    assert marks.plurality(of(DOMINION, contest="Clerk").ballots).rounds[0].votes == {"Luz": 2}
    with pytest.raises(Refused) as refused:
        of(DOMINION)
    assert refused.value.arguments == {"contests": "Mayor; Clerk"}


def test_dominions_json_with_its_manifests(tmp_path: Path):
    manifests = {
        "ContestManifest.json": [{"Id": 7, "Description": "Mayor", "NumOfRanks": 2}],
        "CandidateManifest.json": [
            {"Id": 1, "Description": "Rosa", "ContestId": 7},
            {"Id": 2, "Description": "Inés", "ContestId": 7},
        ],
    }
    for name, listed in manifests.items():
        (tmp_path / name).write_text(json.dumps({"List": listed}))

    def version(*marks: tuple[int, int, bool], current: bool = True) -> dict[str, object]:
        found = [{"CandidateId": who, "Rank": rank, "IsAmbiguous": unclear} for who, rank, unclear in marks]
        return {"IsCurrent": current, "Cards": [{"Contests": [{"Id": 7, "Marks": found}]}]}

    export = {
        "Sessions": [
            {"Original": version((2, 1, False), (1, 2, False))},
            {"Original": version((2, 1, False), current=False), "Modified": version((1, 1, False))},
            {"Original": version((1, 1, True))},
        ]
    }
    assert in_words(of(json.dumps(export), beside=tmp_path)) == [(1, "Inés > Rosa"), (1, "Rosa"), (1, "")]
    with pytest.raises(Refused, match="no_manifest"):
        of(json.dumps(export))


BROKEN = {
    "": "This file is empty.",
    "\n \n": "This file is empty.",
    "2 1\n1 1 0\n": "The file ends at line 2, before the 0 that follows the last ballot. It may have been cut off.",
    "2 1\n1 3 0\n0\n": "Line 2: “3” is no candidate. They have the numbers 1 to 2.",
    "2 1\n1.5 1 0\n0\n": "Line 2: “1.5” is not a number of ballots. It must be a whole number from 1.",
    "2 1\n1 1\n0\n": "Line 2 is no ballot of a BLT file: that is a number of ballots, candidates by number, and a 0.",
    '2 1\n0\n"Rosa"\n': "The file names 1 candidates, and its first line says 2.",
    '2 1\n0\n"Rosa"\n"Rosa"\n': "Every candidate needs a name of their own, and “Rosa” is not one.",
    "id,Choice 1,Choice 2\n1,Rosa,Inés\n2,Ro": (
        "Line 3 has 2 fields, and the heading has 3. The file may have been cut off."
    ),
    'id,Choice 1\n1,"Rosa\n': "Line 2 cannot be read as CSV: is a quotation mark missing?",
    "id,Choice 1,Choice 3\n1,a,b\n": (
        "The columns of ranks do not run from 1 on without a gap. Is one missing, or there twice?"
    ),
    "id,Rosa,Inés\n"
    + "1,1,2\n" * 300
    + "1,1,perhaps\n": "Line 302: “perhaps” under “Inés” is neither a rank nor a mark.",
    "id,Choice 1,count\n1,Rosa,-4\n": "Line 2: “-4” is not a number of ballots. It must be a whole number from 1.",
    "ballot_id,rank,choice\na,1,Rosa\nb,1,Rosa\na,2,Inés\n": (
        "Line 4: the rows of ballot a do not stand together. Sort the file by ballot."
    ),
    "ballot_id,rank,choice\na,first,Rosa\n": "Line 2: there is no rank first.",
    "PK\x03\x04": "This is a spreadsheet or an archive. Save it as CSV first.",
    "name,age\nRosa,old\n": (
        "Nothing in this file tells how its ballots are laid out. Say it with --layout: "
        "blt, ranks, candidates, long, dominion, dominion-json, cdf"
    ),
}


@pytest.mark.parametrize("content", BROKEN)
def test_what_is_broken_is_refused_with_the_line_and_the_reason(content: str):
    with pytest.raises(Refused) as refused:
        of(content)
    assert refusal(language("en"), refused.value)[1] == BROKEN[content]


def test_the_line_is_right_wherever_the_mistake_is():
    for before in (0, 3, 150, 199, 200, 250):
        content = "id,Choice 1,count\n" + "1,Rosa,1\n\n" * before + "1,Rosa,none\n" + "1,Rosa,1\n" * 5
        with pytest.raises(Refused) as refused:
            of(content)
        assert refused.value.arguments["line"] == 2 + 2 * before


def test_a_cut_off_file_is_not_counted_as_if_it_were_whole():
    for length in range(1, len(BLT.partition("\n0\n")[0])):
        with pytest.raises(Refused):
            of(BLT[:length])
    for length in range(len(DOMINION) - 35, len(DOMINION) - 8):
        with pytest.raises(Refused):
            of(DOMINION[:length], contest="Mayor")


SAMPLES = [
    BLT,
    DOMINION,
    "ballot_id,rank,choice\nb1,1,Rosa\nb1,3,Ines\n",
    "Choice 1,Choice 2,count\nRosa,Ines,3\n",
    "id,Rosa,Ines\n1,2,1\n2,x,\n",
    '{"CVR": [{"CurrentSnapshotId": "a", "CVRSnapshot": [{"@id": "a"}]}], "Election": [{"Contest": [{"@id": "c"}]}]}',
    '{"Sessions": [{"Original": {}}]}',
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file in which something was changed, cut off or put in."""
    content = bytearray(draw(st.sampled_from(SAMPLES)).encode(draw(st.sampled_from(["utf-8", "utf-16", "latin-1"]))))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        until = min(len(content), at + draw(st.integers(0, 6)))
        content[at:until] = draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b",", b'"', b"\n", b"0", b"-1", b"9" * 30]))
        )
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(damaged(), st.binary(max_size=200), st.text(max_size=80).map(str.encode)),
    st.sampled_from([None, *LAYOUTS]),
)
@example(b"[" * 100_000, None)
@example(b'{"CVR":' + b"[" * 100_000, None)
@example(b'2 1\n1 1=1=2 0\n0\n"a"\n"b"\n', None)
def test_any_bytes_are_ballots_or_refused(content: bytes, layout):
    try:
        file = of(content, layout=layout)
    except Refused as refused:
        status, said = refusal(language("es"), refused)
        assert status < 500
        assert said
        return
    assert irv.irv(file.ballots).ballots == file.ballots.total

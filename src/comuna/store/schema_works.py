"""Tables of a group's works, beside the book: needs, the map and services with rounds, participatory budgets, work
brigades, housing, surveys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, false

from comuna.store.schema import metadata

# Needs

offered_needs = Table(
    "offered_needs",
    metadata,
    Column("need", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("offered", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("place", Text, nullable=True),
    Column("point", String(40), nullable=True),
    Column("unit", String(81), nullable=True),
    Column("photo", LargeBinary, nullable=True),
    Column("declined", Text, nullable=True),
    comment="Needs that people without a card sent, until the desk says yes or no: who sent one is not known. "
    "`declined`: why the desk said no; then nothing else is left of it.",
)

need_hands = Table(
    "need_hands",
    metadata,
    Column("need", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("hands", Integer, nullable=False),
    comment="How many hands were counted for a need in halls, until it is presented.",
)

need_keys = Table(
    "need_keys",
    metadata,
    Column("need", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    comment="Needs that somebody supports, each with the random key of its supporters. In no backup.",
)

need_supports = Table(
    "need_supports",
    metadata,
    Column("need", String(26), ForeignKey("need_keys.need"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    comment="Who supports a need: a keyed digest of the member number, in no order of time. Erased when the need "
    "is presented; in no backup.",
    sqlite_with_rowid=False,
)

# The map, and services with rounds

maps = Table(
    "maps",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="A group's map of its streets, as `streets.model.pack` wrote it. `digest`: SHA-256 of the file.",
)

rounds = Table(
    "rounds",
    metadata,
    Column("service", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    comment="Points, vehicles and plans of a service with rounds, as JSON. Never in a book.",
)

round_reports = Table(
    "round_reports",
    metadata,
    Column("service", String(26), ForeignKey("rounds.service"), primary_key=True),
    Column("point", String(26), primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("count", Integer, nullable=False),
    comment="How often a point was said not to be collected in a week. Nobody's name, no time.",
    sqlite_with_rowid=False,
)

# Participatory budgets

budget_marks = Table(
    "budget_marks",
    metadata,
    Column("round", String(26), primary_key=True),
    Column("member", String(16), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("way", String(10), nullable=False),
    comment="Who has voted in a participatory budget that is open, and whether on a phone or on paper; no ballot. At "
    "closing it becomes a number.",
    sqlite_with_rowid=False,
)

budget_ballots = Table(
    "budget_ballots",
    metadata,
    Column("round", String(26), primary_key=True),
    Column("ballot", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("choice", String(1000), nullable=False),
    Column("way", String(10), nullable=False),
    comment="Ballots of a participatory budget under ids that their phones chose: in no order, with no time, until "
    "it is closed.",
    sqlite_with_rowid=False,
)

budget_authors = Table(
    "budget_authors",
    metadata,
    Column("proposal", String(26), primary_key=True),
    Column("member", String(16), nullable=False),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("round", String(26), nullable=False),
    comment="Who can change a proposal for a budget until its list is sealed; then erased. In no backup.",
)

# Work brigades

brigade_hands = Table(
    "brigade_hands",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("brigade", String(26), primary_key=True),
    Column("member", String(16), primary_key=True),
    comment="Who said they would come to a work brigade. Erased when it was held or called off; never in a book.",
)

brigade_materials = Table(
    "brigade_materials",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("brigade", String(26), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("what", String(120), nullable=False),
    Column("needed", Integer, nullable=False),
    Column("there", Integer, nullable=False),
    comment="What a work brigade needs, and how much of it is there.",
)

# Housing

dwellings = Table(
    "dwellings",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("project", String(26), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("answers", Text, nullable=False),
    Column("hands", Integer, nullable=False, server_default="0"),
    Column("hands_there", Integer, nullable=False, server_default="0"),
    Column("started", String(10), nullable=True),
    Column("handed", String(10), nullable=True),
    Column("remark", Text, nullable=True),
    comment="The dwellings of a project by household number, their answers (criterion to answer, JSON), and the work "
    "on them. Erased when the project ends; never in a book.",
)

dwelling_materials = Table(
    "dwelling_materials",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("project", String(26), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("what", String(120), nullable=False),
    Column("needed", Integer, nullable=False),
    Column("there", Integer, nullable=False),
    comment="What the work on a dwelling needs, and how much of it is there.",
)

housing_lists = Table(
    "housing_lists",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("project", String(26), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    comment="The order of dwellings that was last set, with the key of its digest. Erased when the project ends.",
)

# Surveys

survey_links = Table(
    "survey_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("survey", String(26), nullable=False, index=True),
    Column("volunteer", Integer, nullable=False),
    Column("label", String(40), nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    comment="Links by which volunteers fill in a survey, as SHA-256. `label`: a street or a block, nobody's name.",
)

survey_visits = Table(
    "survey_visits",
    metadata,
    Column("survey", String(26), primary_key=True),
    Column("visit", String(26), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("volunteer", Integer, nullable=False),
    Column("dwelling", String(16), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("edit", BigInteger, nullable=False),
    Column("answers", Text, nullable=False),
    Column("aside", Boolean, nullable=False, server_default=false()),
    comment="What was answered for dwellings, never for a person. `digest`: of what an account says; `aside`: another "
    "was chosen, and the answers are gone. Erased at the closing, or kept until the desk erases them.",
)

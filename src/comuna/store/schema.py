"""The tables. The book's are `heads`, `acts`, `tiles`, `texts`, `book_keys` and `cosignatures`; the journal's is
`journal`; the notebook's are `notes` and `watches`; an installation's own are `witness_keys`, `logs`, `disputes`,
`copies` and `erasures`; the rest are ordinary tables about people, and an index that can be rebuilt from the books."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData()

heads = Table(
    "heads",
    metadata,
    Column("book", String(26), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("moved", Boolean, nullable=False, server_default=false()),  # it goes on elsewhere: nothing is added here
    comment="Each book's size and Merkle root: the fence that two writers cannot both pass.",
)

acts = Table(
    "acts",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("leaf", LargeBinary, nullable=False),
    comment="The leaves: the exact bytes that were hashed.",
    sqlite_with_rowid=False,
)

tiles = Table(
    "tiles",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    comment="Full tiles of each book's tree (C2SP tlog-tiles), each with the root over it. Made from the acts.",
)

texts = Table(
    "texts",
    metadata,
    Column("ref", String(64), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    comment="Texts whose keyed digests stand in acts. Erasing a row leaves the book whole.",
)

book_keys = Table(
    "book_keys",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("private_key", LargeBinary, nullable=False),
    comment="Each book's Ed25519 signing key.",
)

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("witness", String(200), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("tried", BigInteger, nullable=False),
    Column("trouble", String(32), nullable=True),
    comment="What each witness of a book last cosigned, when (Unix seconds), and what went wrong when last asked. "
    "`size` 0: nothing yet.",
)

witness_keys = Table(
    "witness_keys",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("private_key", LargeBinary, nullable=False),
    comment="The Ed25519 key with which this installation witnesses others' books.",
)

logs = Table(
    "logs",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("key", String(400), nullable=False),
    Column("since", String(20), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("checkpoint", Text, nullable=True),
    Column("seen", BigInteger, nullable=True),
    comment="Others' books that this installation witnesses: the key it trusts, and the last checkpoint it cosigned.",
)

disputes = Table(
    "disputes",
    metadata,
    Column("dispute", String(26), primary_key=True),
    Column("origin", String(200), nullable=False, index=True),
    Column("found", String(20), nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    comment="Two signed checkpoints of one book that cannot be reconciled: the one we hold, and one that was shown.",
)

copies = Table(
    "copies",
    metadata,
    Column("place", String(400), primary_key=True),
    Column("book", String(26), primary_key=True),
    comment="Folders to which a book was exported, or (book: empty) everything backed up: compared at start.",
)

erasures = Table(
    "erasures",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("what", String(64), primary_key=True),
    Column("at", String(20), nullable=False),
    comment="What was erased, by its random id or digest, so that a restored backup forgets it again.",
)

gatherings = Table(
    "gatherings",
    metadata,
    Column("gathering", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("status", String(12), nullable=False),
    Column("date", String(10), nullable=False),
    Column("start", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("journal_due", String(10), nullable=True, index=True),
    comment="Index: where a gathering is and when. Written with the acts, rebuilt from them.",
)
Index("gatherings_by_date", gatherings.c.date, gatherings.c.start)

journal = Table(
    "journal",
    metadata,
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", String(20), nullable=False),
    Column("by", String(26), nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("key", String(26), nullable=True),
    comment="The lines of a gathering's journal, until they expire.",
    sqlite_with_rowid=False,
)
Index("journal_by_key", journal.c.gathering, journal.c.key, unique=True)

accounts = Table(
    "accounts",
    metadata,
    Column("account", String(26), primary_key=True),
    Column("name", String(80), nullable=True),
    Column("since", String(20), nullable=False),
    comment="People who organise on this installation.",
)

register = Table(
    "register",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("member", String(16), primary_key=True),
    Column("account", String(26), ForeignKey("accounts.account"), nullable=True, index=True),
    Column("name", String(80), nullable=True),
    Column("folded", String(400), nullable=True),
    Column("kind", String(10), nullable=False, server_default="member"),
    Column("household", String(40), nullable=True),
    Column("unit", String(40), nullable=True),
    Column("joined", String(7), nullable=True),
    Column("left", String(7), nullable=True),
    comment="Who stands behind a member number of a group.",
)

rights = Table(
    "rights",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("member", String(16), primary_key=True),
    Column("right", String(40), primary_key=True),
    Column("since", String(7), nullable=False),
    comment="The rights of those on a register, each with the quarter from which it holds.",
)

cards = Table(
    "cards",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False),
    Column("member", String(16), nullable=False),
    Column("use", String(10), nullable=False),
    Column("since", String(20), nullable=False),
    Column("ended", String(20), nullable=True),
    comment="Members' keys, as SHA-256: of a printed card, of a browser. `ended`: when it was replaced.",
)
Index("cards_of_member", cards.c.book, cards.c.member)

requests = Table(
    "requests",
    metadata,
    Column("request", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("what", String(10), nullable=False),
    Column("member", String(16), nullable=True),
    Column("name", String(80), nullable=True),
    Column("household", String(40), nullable=True),
    Column("words", Text, nullable=True),
    Column("digest", String(64), nullable=True),
    Column("at", String(20), nullable=False),
    comment="What waits for the registrar: newcomers at the door (`digest`: of their browser's key), rights that "
    "somebody asks to be corrected, members who ask to be erased.",
)

doors = Table(
    "doors",
    metadata,
    Column("book", String(26), ForeignKey("heads.book"), primary_key=True),
    Column("code", String(6), nullable=False),
    Column("confirm", Boolean, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("rights", Text, nullable=False),
    comment="The short code by which people enter themselves on a register while it is open: as what kind, with "
    "which rights, and whether the desk confirms each.",
)
Index("ix_doors_code", doors.c.code, unique=True)

rolls = Table(
    "rolls",
    metadata,
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), primary_key=True),
    Column("member", String(16), primary_key=True),
    Column("rights", Text, nullable=False),
    comment="The roll of a gathering as it was when it opened: who held which rights.",
)

participants = Table(
    "participants",
    metadata,
    Column("handle", String(26), primary_key=True),
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), nullable=False, index=True),
    Column("name", String(80), nullable=True),
    Column("coming", Boolean, nullable=False, default=False),
    Column("admitted", Boolean, nullable=False, default=False),
    Column("role", String(16), nullable=False, server_default="guest"),
    comment="People of one gathering, under a random handle that no other gathering knows.",
)

keys = Table(
    "keys",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", String(26), ForeignKey("accounts.account"), nullable=True, index=True),
    Column("handle", String(26), ForeignKey("participants.handle"), nullable=True, index=True),
    Column("use", String(10), nullable=False),
    Column("until", String(20), nullable=True),
    comment="Keys that open a door, as SHA-256: of a browser, of a printed card, of a link that works once.",
)

notes = Table(
    "notes",
    metadata,
    Column("note", String(26), primary_key=True),
    Column("handle", String(26), ForeignKey("participants.handle"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("edit", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("mark", String(12), nullable=True),
    Column("seconds", Integer, nullable=True),
    Column("question", String(12), nullable=True),
    Column("column", String(12), nullable=True),
    Column("entry", String(26), nullable=True),
    Column("erased", Boolean, nullable=False, default=False),
    comment="Private notes. `place`: how many came before it. `entry`: what it was released as. `erased`: an "
    "emptied row, so that a late copy stays out.",
)

watches = Table(
    "watches",
    metadata,
    Column("handle", String(26), ForeignKey("participants.handle"), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("since", BigInteger, nullable=True),
    comment="Each person's film clock: where the film stood, and since when (Unix milliseconds) it runs.",
)

join_links = Table(
    "join_links",
    metadata,
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), primary_key=True),
    Column("link", Text, nullable=True),
    Column("details", Text, nullable=True),
    comment="Where to meet on the net, and what else tells the way in. Never in a book.",
)

chairs = Table(
    "chairs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), nullable=False, index=True),
    Column("handle", String(26), ForeignKey("participants.handle"), nullable=True, index=True),
    comment="Chairs' keys, as SHA-256: a printed or shown key has no handle, a browser that opened one has.",
)

voters = Table(
    "voters",
    metadata,
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), primary_key=True),
    Column("handle", String(26), ForeignKey("participants.handle"), primary_key=True),
    Column("member", String(16), nullable=True),
    comment="Who may vote at a gathering. `member`: the number on the register, where the group keeps one.",
)
Index("voters_by_member", voters.c.gathering, voters.c.member, unique=True)

box_marks = Table(
    "box_marks",
    metadata,
    Column("vote", String(26), primary_key=True),
    Column("voter", String(26), primary_key=True),
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), nullable=False, index=True),
    Column("ballot", String(26), nullable=True),
    comment="Who has voted. `ballot`: which is theirs, of an open vote only; of a secret one nobody knows.",
    sqlite_with_rowid=False,
)

box_ballots = Table(
    "box_ballots",
    metadata,
    Column("vote", String(26), primary_key=True),
    Column("ballot", String(26), primary_key=True),
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), nullable=False, index=True),
    Column("choice", String(1000), nullable=False),
    Column("way", String(10), nullable=False),
    comment="Ballots under ids that their phones chose: in no order, with no time, until the vote is closed.",
    sqlite_with_rowid=False,
)

codes = Table(
    "codes",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("gathering", String(26), ForeignKey("gatherings.gathering"), nullable=False),
    comment="Short codes by which people join a gathering that is held.",
)
Index("ix_codes_gathering", codes.c.gathering, unique=True)

petitions = Table(
    "petitions",
    metadata,
    Column("recall", String(26), primary_key=True),
    Column("book", String(26), ForeignKey("heads.book"), nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    Column("told", Integer, nullable=False, server_default="0"),
    Column("told_on", String(10), nullable=False, server_default="0001-01-01"),
    comment="Petitions that somebody signed, each with the random key of its signatures. In no backup.",
)

signatures = Table(
    "signatures",
    metadata,
    Column("recall", String(26), ForeignKey("petitions.recall"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("way", String(10), primary_key=True),
    comment="Who signed a petition: a keyed digest of the member number, in no order of time. Erased when the "
    "petition is certified; in no backup.",
    sqlite_with_rowid=False,
)


# More tables, on this metadata.
from comuna.store import schema_services as services  # noqa: E402, F401
from comuna.store import schema_works as works  # noqa: E402, F401

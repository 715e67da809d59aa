"""What stable codes say in English: refusals here, sentences of the minutes beside them. Both are message ids of the
catalogues; `language.Language.code_text` translates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from babel.lists import format_list

from comuna import assembly_messages as assemblies
from comuna import (
    budget_messages,
    certificate_messages,
    charter_messages,
    charter_problems,
    cooperative_messages,
    count_messages,
    distribution_messages,
    health_messages,
    housing_messages,
    minutes_messages,
    money_messages,
    need_messages,
    project_messages,
    record_messages,
    service_messages,
    survey_messages,
)
from comuna import register_messages as registers
from comuna.kernel.act import Act, kind_of, moment
from comuna.kernel.refusal import Refused
from comuna.language import N_, Language, zone_of
from comuna.rules import question
from comuna.rules.charter import Unreadable
from comuna.rules.minutes import Line, Message, Own, sentence
from comuna.rules.record import KEPT, Step

ROOMS: Final[tuple[ModuleType, ...]] = (
    need_messages,
    distribution_messages,
    cooperative_messages,
    health_messages,
    service_messages,
    budget_messages,
    project_messages,
    housing_messages,
    money_messages,
    certificate_messages,
    survey_messages,
)
"""The tables of sentences of each room of a council's works: `REFUSALS`, and `SENTENCES` of its acts."""

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    **assemblies.REFUSALS,
    **registers.REFUSALS,
    **minutes_messages.REFUSALS,
    **count_messages.REFUSALS,
    **{code: said for room in ROOMS for code, said in room.REFUSALS.items()},
    "act.too_long": (413, N_("That is too long for the book: %(length)s bytes, and %(limit)s is the most.")),
    "act.unknown": (404, N_("There is no such act in this book.")),
    "address.unknown": (404, N_("There is nothing at this address. It may have been mistyped.")),
    "agenda.from_after_to": (400, N_("The fewest minutes of an item cannot be more than its most.")),
    "archive.damaged": (400, N_("This file is damaged: it was cut off, or something in it was changed.")),
    "archive.exists": (409, N_("There is a file %(file)s already. Give another name.")),
    "archive.forked": (
        409,
        N_("This group’s book went another way here than in the file. Nothing was taken in: somebody must look."),
    ),
    "archive.here_already": (409, N_("This group is here already, with the same acts as in the file.")),
    "archive.newer": (400, N_("This file was written by a newer Comuna. Use that one, or a newer one.")),
    "archive.none": (400, N_("This file is not one that Comuna wrote with `backup` or `group export`.")),
    "amount.ambiguous": (
        400,
        N_("This can be read as two different sums: %(written)s. Write the cents too, as in 1.250,00 or 1,250.00."),
    ),
    "amount.no_number": (400, N_("This is no sum of money: %(written)s. Write it in figures, as in 1250.50.")),
    "amount.not_positive": (400, N_("A sum of money must be more than nothing.")),
    "amount.too_exact": (400, N_("%(currency)s has no smaller unit than %(places)s places after the point.")),
    "amount.too_large": (400, N_("That is more money than can be written down exactly.")),
    "amount.unknown_currency": (400, N_("This is no currency by its three letters (ISO 4217): %(currency)s.")),
    "archive.not_backup": (400, N_("This file holds one group. Take it in with: ./comuna group import FILE")),
    "archive.not_group": (400, N_("This file holds a whole installation. Put it back with: ./comuna restore FILE")),
    "archive.older": (409, N_("This group’s book is longer here than in the file, so nothing was taken in.")),
    "archive.taken": (409, N_("Something in this file stands here for another group, so nothing was taken in.")),
    "archive.too_large": (413, N_("This file holds more than can be taken in.")),
    "archive.unbelievable": (
        400,
        N_("What this file holds does not agree with itself, so nothing of it was stored: %(reason)s"),
    ),
    "archive.wrong_passphrase": (403, N_("This passphrase does not open the file.")),
    "backup.bad_folder": (400, N_("The name of the folder is too long: %(folder)s")),
    "backup.keep_none": (400, N_("At least one backup must be kept.")),
    "book.damaged": (500, N_("A book does not agree with itself, so nothing was written: %(reason)s")),
    "book.members_only": (403, N_("This group’s book is for its members. Its checkpoints are public.")),
    "book.moved_away": (409, N_("This group took its book to another home. Nothing is added here any more.")),
    "book.no_key": (409, N_("The key that signs this book is not here.")),
    "book.not_public": (409, N_("This book is for its members already.")),
    "book.nothing_lost": (409, N_("Nothing of this book is lost: it goes on as it is.")),
    "book.public_already": (409, N_("This book is public already.")),
    "book.unknown": (404, N_("There is no such book here.")),
    "charter.unknown": (404, N_("There is no charter %(kind)s: neither a file, nor one that comes with Comuna.")),
    "charter.unreadable": (400, N_("This charter cannot be read: %(reason)s")),
    "checkpoint.not_cosigned": (404, N_("No witness has cosigned this book yet.")),
    "checkpoint.unreadable": (
        400,
        N_("That is no checkpoint: it has three lines, an empty line, and signatures. Copy the whole of it."),
    ),
    "column.unknown": (404, N_("That group is not among those compared here.")),
    "discussion.enough": (409, N_("You have said all that one person can in one session: %(limit)s contributions.")),
    "discussion.full": (409, N_("This session is full: it holds %(limit)s contributions.")),
    "entry.not_hidden": (409, N_("That entry is not hidden.")),
    "entry.not_yours": (403, N_("Only its author can take that back.")),
    "entry.unknown": (404, N_("That entry is not there any more.")),
    "export.another_book": (
        409,
        N_("What lies there is an export of another book, or not signed with this book’s key."),
    ),
    "export.damaged": (409, N_("The export is damaged: %(path)s.")),
    "export.disputed": (
        409,
        N_(
            "What lies there has another past than the book here: somebody rewrote the book, or two copies of it both "
            "went on. Nothing was changed."
        ),
    ),
    "export.newer": (
        409,
        N_("What lies there is longer than the book here, which is an older copy. Nothing was changed."),
    ),
    "export.none": (404, N_("There is no export of a book at %(place)s.")),
    "export.not_empty": (409, N_("The folder %(place)s holds something else. Give an empty or a new one.")),
    "export.older": (409, N_("The export has nothing that is not here already.")),
    "erasure.unconfirmed": (400, N_("Nothing was erased: tick that you are sure.")),
    "erasures.unreadable": (
        400,
        N_("Line %(line)s of the list of erasures cannot be read. Mend it, or erased words might come back."),
    ),
    "file.unknown": (404, N_("This file is not here: it was erased, or never was.")),
    "film.bad_year": (400, N_("That is no year of a film. Write it like 2010, or leave it empty.")),
    "form.not_yours": (409, N_("Somebody else sent something under this form's number. Please load the page again.")),
    "form.too_large": (413, N_("That is more than can be sent at once: the most is %(limit)s MB.")),
    "form.unreadable": (400, N_("What your browser sent could not be read. Please try again.")),
    "gathering.bad_id": (400, N_("This form is not one of ours. Please begin again with your page.")),
    "gathering.called_already": (409, N_("That session has been announced already.")),
    "gathering.cancelled": (409, N_("This session was called off. It can be reinstated first.")),
    "gathering.closed": (409, N_("This session is closed. Its record stands as it is.")),
    "gathering.count_impossible": (400, N_("The number of those who came cannot be right.")),
    "gathering.changed_meanwhile": (
        409,
        N_("Somebody else changed this page meanwhile. What you wrote stands below: look, then save once more."),
    ),
    "gathering.day_is_past": (400, N_("This day is past already. If you mean it all the same, say so.")),
    "gathering.ends_before_start": (
        400,
        N_("The session would end before it starts. Please check the times."),
    ),
    "gathering.no_such_day": (400, N_("There is no such day: %(date)s.")),
    "gathering.no_such_hour": (400, N_("There is no such time: %(hour)s. Write it like 17:00.")),
    "gathering.not_cancelled": (409, N_("This session was not called off.")),
    "gathering.not_closed": (404, N_("The record is made when the session is closed.")),
    "gathering.nothing_changed": (400, N_("Nothing was changed.")),
    "gathering.unknown": (404, N_("There is no such session here.")),
    "group.ambiguous": (409, N_("Several groups have this name. Give the id of one: %(ids)s")),
    "group.founded_already": (409, N_("This group has its book already.")),
    "group.not_founded": (409, N_("This group has no book yet.")),
    "group.unknown": (404, N_("There is no such group here.")),
    "journal.expired": (410, N_("This session is long over: its journal was erased, as the charter says.")),
    "journal.expired_already": (409, N_("The journal of this session was erased already.")),
    "journal.not_due": (409, N_("The journal of this session is not due to be erased.")),
    "key.mistyped": (400, N_("A letter of this key is wrong. Please compare it with the paper.")),
    "key.not_signed": (400, N_("The new key is not signed by the one that must confirm it.")),
    "key.unknown": (
        403,
        N_("This key opens nothing here. A link that works once may have been used or be older than a day."),
    ),
    "key.unreadable": (
        400,
        N_("That is no verifier key. It is one line: a name, a plus, eight digits or letters, a plus, and the key."),
    ),
    "key.wrong_recovery": (403, N_("That is not this book’s recovery key.")),
    "link.not_web": (400, N_("A link must begin with https:// or http://.")),
    "log.not_a_book": (400, N_("That is not the key of a book.")),
    "log.unknown": (404, N_("This book is not witnessed here.")),
    "log.watched_already": (409, N_("This book is witnessed here already, with that key.")),
    "member.admitted_already": (409, N_("That member number is taken.")),
    "member.not_facilitator": (403, N_("Only a facilitator of this group can do that.")),
    "member.unknown": (404, N_("There is no such member in this group.")),
    "member.unknown_role": (400, N_("There is no such role: %(role)s.")),
    "minutes.bad": (400, N_("Write a whole number of minutes, %(limit)s at the most, or leave it empty.")),
    "moment.unknown": (404, N_("That moment is not there any more.")),
    "moments.too_many": (400, N_("An entry can point to %(limit)s moments at the most.")),
    "name.empty": (400, N_("Please give a name: any name that people here know you by.")),
    "name.too_long": (400, N_("That name is too long: %(length)s characters, and %(limit)s is the most.")),
    "note.bad_mark": (400, N_("There is no such mark.")),
    "note.bad_time": (400, N_("That is not a time in the film. Write it like 00:12:40.")),
    "note.changed": (409, N_("This note was changed on another device. Look at it again before you release it.")),
    "note.not_yours": (403, N_("That note belongs to somebody else's notebook.")),
    "note.too_many": (409, N_("This notebook is full: it holds %(limit)s notes.")),
    "note.unknown": (404, N_("There is no such note in your notebook.")),
    "notebook.expired": (
        410,
        N_("The notebooks of this session were erased, as its charter says. If it was closed, its record stays."),
    ),
    "notebook.other": (409, N_("Another notebook is open in this browser now. Reload this page.")),
    "organiser.unknown": (403, N_("This page is for organisers. Open it with your key.")),
    "page.binary": (400, N_("This is not text. Paste the words of your page, or save it as text or HTML.")),
    "page.empty": (400, N_("The page is empty. Paste the text of your announcement.")),
    "page.erased": (410, N_("The text of this session was erased.")),
    "page.not_json": (400, N_("This file is not an announcement as JSON: %(reason)s")),
    "page.no_date": (400, N_("A session needs a day. Please give its date.")),
    "page.no_group": (400, N_("A session needs a group that calls it. Please give its name.")),
    "page.no_start": (400, N_("A session needs a time at which it starts.")),
    "page.no_title": (400, N_("A session needs a title.")),
    "page.no_zone": (400, N_("A session needs a time zone, so that nobody comes at the wrong hour.")),
    "page.too_long": (413, N_("That page is too long. The most is %(limit)s characters.")),
    "participant.unknown": (404, N_("That person is not among those who said they would come.")),
    "participant.needed": (403, N_("This needs a notebook of your own. Open the session's page first.")),
    "passphrase.differs": (400, N_("The two passphrases differ. Nothing was written.")),
    "passphrase.needed": (
        400,
        N_("A passphrase is needed. Run this in a terminal, or give its file with --passphrase-file."),
    ),
    "passphrase.too_short": (400, N_("This passphrase is too short: it needs at least %(limit)s characters.")),
    "proof.unreadable": (400, N_("That is no proof. It begins with c2sp.org/tlog-proof@v1. Copy the whole of it.")),
    "question.unknown": (404, N_("That question is not among this session's.")),
    "rate.exceeded": (429, N_("That was too much at once. Please wait a minute and try again.")),
    "reason.tells_way_in": (
        400,
        N_("Everybody can read this, and it tells how to join. Write it into the private fields of the page instead."),
    ),
    "record.erased": (410, N_("The text of this record was erased. The book still holds its digest.")),
    "record.erased_asked": (410, N_("The text of this record was erased: the person it is about asked for it.")),
    "record.erased_harm": (410, N_("The text of this record was erased: it did harm to somebody.")),
    "record.erased_law": (410, N_("The text of this record was erased: a law or a court demanded it.")),
    "record.erased_mistake": (410, N_("The text of this record was erased: it should not have been written down.")),
    "record.too_long": (413, N_("This record is too long to be set as PDF. Take it as Markdown instead.")),
    "restore.bad_time": (400, N_("That is no time: %(time)s. Write it like 2027-02-23 or 20270223T180000Z.")),
    "restore.empty_first": (
        409,
        N_("A PostgreSQL database is not replaced: empty it first, or give the address of an empty one."),
    ),
    "restore.in_use": (409, N_("Another process has the database open. Stop ./comuna up first.")),
    "restore.no_backup": (404, N_("There is no such backup in %(folder)s.")),
    "restore.not_empty": (
        409,
        N_("This database holds something. With --replace it is kept beside under another name."),
    ),
    "site.cross_site": (403, N_("This was sent from another site, so nothing was done.")),
    "site.unknown_host": (400, N_("This server does not answer to that name.")),
    "stance.unknown": (400, N_("Of an entry one can say that it answers or that it differs.")),
    "store.busy": (503, N_("The server is busy, and nothing was stored. Please try again in a moment.")),
    "store.disk_full": (507, N_("The server's disk is full, and nothing was stored. Tell whoever keeps the server.")),
    "store.failed": (500, N_("Something went wrong on the server, and nothing was stored. Please try again.")),
    "store.no_database": (404, N_("There is no database at %(address)s. Give the right one with --database.")),
    "store.newer": (500, N_("This database was written by a newer Comuna. Use that one, or a newer one.")),
    "store.unreachable": (500, N_("The database cannot be opened: %(reason)s")),
    "store.unclear": (
        500,
        N_("The connection to the database broke. What you sent may have been stored: look before you send it again."),
    ),
    "store.read_only": (507, N_("The server cannot write to its disk, and nothing was stored.")),
    "takeaway.agreed_already": (409, N_("That takeaway stands in the book already.")),
    "text.erased_already": (409, N_("That text was erased already.")),
    "text.in_use": (
        409,
        N_(
            "That text is still needed: it is the group’s name, the page of a session that is not closed, something "
            "that an assembly has yet to decide on, or part of a payment that is not closed."
        ),
    ),
    "text.unknown": (404, N_("There is no such text with this act.")),
    "text.unknown_ground": (400, N_("Say why it is erased: choose one of the reasons.")),
    "tile.unknown": (404, N_("The book has no such tile.")),
    "tls.cannot_keep": (
        500,
        N_("The certificate cannot be kept in %(file)s: may that folder be written to, and is there room on the disk?"),
    ),
    "tls.no_certificate": (500, N_("There is no certificate in %(file)s. It must be one as PEM.")),
    "tls.no_file": (500, N_("There is no file %(file)s. Give the right one with --tls-certificate or --tls-key.")),
    "tls.no_key": (500, N_("There is no private key in %(file)s. It must be one as PEM, without a passphrase.")),
    "tls.no_pair": (500, N_("The key in %(key)s does not belong to the certificate in %(certificate)s.")),
    "tls.one_of_two": (500, N_("A certificate needs its key: give both --tls-certificate and --tls-key.")),
    "tls.plain_url": (
        500,
        N_("With HTTPS the address in --url must begin with https:// and name a host, not %(url)s."),
    ),
    "tls.unreadable": (500, N_("The file %(file)s cannot be read. Is it a file, and may you read it?")),
    "tls.unusable": (500, N_("The certificate in %(file)s cannot be used with its key: %(reason)s")),
    "up.bad_port": (500, N_("There is no port %(port)s. Choose one from 1 to %(most)s, or 0 for any that is free.")),
    "up.cannot_listen": (500, N_("Cannot listen on %(host)s, port %(port)s. Choose others with --host and --port.")),
    "up.ports_taken": (500, N_("The ports %(port)s to %(last)s are all taken. Choose another with --port.")),
    "witness.bad_address": (400, N_("A witness’s address begins with https:// or http:// and has no spaces.")),
    "witness.itself": (400, N_("That is this site itself. A witness must be elsewhere, with other people.")),
    "witness.line_needed": (400, N_("Paste the witness’s whole line: its key, a space, and its address.")),
    "witness.named_already": (409, N_("The group asks this witness already.")),
    "witness.not_a_witness": (400, N_("That is the key of a book, not of a witness. Copy the witness’s own line.")),
    "witness.too_many": (409, N_("A group can ask %(limit)s witnesses at the most.")),
    "witness.unknown": (404, N_("The group asks no such witness.")),
    "zone.unknown": (400, N_("There is no time zone %(zone)s. Write it like America/Caracas or UTC-04:00.")),
    "words.empty": (400, N_("There are no words in it yet.")),
    "words.too_long": (400, N_("That is too long: %(length)s characters, and %(limit)s is the most.")),
    "check.bad_answer": (400, N_("That is no answer to this sense check.")),
    "check.bad_form": (400, N_("There is no such kind of sense check.")),
    "check.over": (409, N_("That sense check is over.")),
    "code.unknown": (404, N_("No gathering has this code. Look at the wall again: six letters and digits.")),
    "draw.bad_size": (400, N_("Groups have from 2 to 20 people.")),
    "draw.open_already": (409, N_("People are in groups already.")),
    "draw.over": (409, N_("The groups are together again already.")),
    "draw.too_few": (409, N_("Two people at least must be here before groups can be drawn.")),
    "upload.no_picture": (400, N_("This file is no picture that can be read. Take it again, as JPEG or PNG.")),
    "upload.no_voucher": (400, N_("A voucher is a picture or a PDF; this file is neither.")),
    "upload.pdf_too_large": (413, N_("This PDF is too large: the most is %(limit)s MB.")),
    "upload.too_many_pixels": (413, N_("This picture is too large: the most is %(limit)s million pixels.")),
    "floor.bad_hand": (400, N_("There is no such kind of hand.")),
    "floor.full": (409, N_("So many hands are up that no more fit: %(limit)s.")),
    "floor.moved_on": (409, N_("The floor has moved on meanwhile.")),
    "floor.no_hand": (404, N_("That hand is not up any more.")),
    "floor.nobody": (409, N_("Nobody has raised a hand.")),
    "floor.not_yours": (403, N_("Somebody else has the floor.")),
    "floor.raised_already": (409, N_("Your hand is up already.")),
    "item.bad_time": (400, N_("That length of time is not possible here.")),
    "item.open_already": (409, N_("That item is open already.")),
    "item.over": (409, N_("That item is over.")),
    "item.unknown": (404, N_("There is no such item on the agenda.")),
    "live.bad_role": (400, N_("There is no such role in a gathering.")),
    "live.full": (409, N_("This gathering is full: it holds %(limit)s people one by one.")),
    "live.join_first": (403, N_("Give your name first: open the gathering again.")),
    "live.no_chair": (403, N_("Only a chair can do that. Open the chair's key again, or ask whoever chairs.")),
    "live.locked": (403, N_("The door is locked. Ask the chair to open it.")),
    "live.not_here": (409, N_("That person is not here.")),
    "live.not_open": (409, N_("The gathering has not been opened yet.")),
    "live.open_already": (409, N_("The gathering is open already.")),
    "live.yourself": (409, N_("Nobody removes themselves. Leave the chair instead, or ask another chair.")),
    "live.removed": (403, N_("The chair has removed this person from the gathering.")),
    "offers.open_already": (409, N_("Everybody is asked for moments already.")),
    "offers.over": (409, N_("The moments offered are shown already.")),
    "round.nobody": (409, N_("Nobody is here to begin a go-round with.")),
    "round.not_waiting": (409, N_("The go-round does not wait for this person.")),
    "round.open_already": (409, N_("A go-round is under way already.")),
    "round.over": (409, N_("That go-round is over.")),
    "step.not_last": (409, N_("Something else was done meanwhile, so nothing was undone.")),
}
"""Every code that a rule, the store or the web refuses with: the HTTP status and the sentence."""

PARTS: Final[dict[str, str]] = {
    "title": N_("title"),
    "group": N_("group"),
    "date": N_("day"),
    "start": N_("start"),
    "end": N_("end"),
    "zone": N_("time zone"),
    "place": N_("place"),
    "join": N_("link to join"),
    "film": N_("film"),
    "readings": N_("readings"),
    "agenda": N_("agenda"),
    "questions": N_("questions"),
    "featured": N_("groups to compare"),
    "language": N_("language"),
    "description": N_("description"),
    "admission": N_("who sees the link to join"),
}
"""What the parts of an announcement are called: beside the lines they were read from, and in the minutes."""


def refusal(words: Language, refused: Refused) -> tuple[int, str]:
    """The HTTP status and the sentence of a refusal, in a language."""
    status, text = REFUSALS[refused.code]
    args = refused.arguments
    if isinstance(refused, Unreadable):
        args = {"reason": charter_problems.problem_at(words, refused.problem)}
    return status, words.text(text, **args)


SENTENCES: Final[dict[str, str]] = {
    "group.founded": N_("%(name)s was founded and began this book."),
    "group.founded.erased": N_("The group was founded and began this book."),
    "member.admitted": N_("Member %(member)s joined the group."),
    "member.admitted.roles": N_("Member %(member)s joined the group, as %(roles)s."),
    "gathering.called": N_("A session was announced for %(date)s, %(start)s to %(end)s."),
    "gathering.called.open_end": N_("A session was announced for %(date)s, %(start)s."),
    "gathering.revised": N_("The announcement was changed: %(changed)s."),
    "gathering.postponed": N_("The session was postponed to %(date)s, %(start)s."),
    "gathering.postponed.because": N_("The session was postponed to %(date)s, %(start)s: %(reason)s."),
    "gathering.cancelled": N_("The session was called off."),
    "gathering.cancelled.because": N_("The session was called off: %(reason)s."),
    "gathering.reinstated": N_("The session takes place after all."),
    "takeaway.agreed": N_("Agreed: %(what)s."),
    "takeaway.agreed.owner": N_("Agreed: %(what)s. %(owner)s sees to it."),
    "takeaway.agreed.due": N_("Agreed: %(what)s, by %(due)s."),
    "takeaway.agreed.owner_due": N_("Agreed: %(what)s. %(owner)s sees to it by %(due)s."),
    "takeaway.agreed.erased": N_("Something was agreed; its words were erased."),
    "gathering.closed": N_(
        "The session was closed and its record frozen: %(came)s present, %(moments)s from the film, %(answers)s, "
        "%(entries)s in the comparison, %(takeaways)s."
    ),
    "gathering.closed.uncounted": N_(
        "The session was closed and its record frozen: %(moments)s from the film, %(answers)s, "
        "%(entries)s in the comparison, %(takeaways)s. Nobody counted who was there."
    ),
    "gathering.closed.silent": N_("The session was closed and its record frozen: %(came)s present."),
    "gathering.closed.silent_uncounted": N_(
        "The session was closed and its record frozen. Nobody counted who was there."
    ),
    "journal.expired": N_("The session’s journal, %(lines)s, was erased as the charter says."),
    "member.left": N_("Member %(member)s left the group; who that was has been erased."),
    "book.published": N_("The group made its book public."),
    "book.withdrawn": N_("The group made its book readable for members only."),
    "book.moved": N_("The group took its book to another home."),
    "book.resumed": N_("The book went on from an older copy. Others had seen it with %(size)s acts: some are lost."),
    "witness.named": N_("The group asked the witness at %(address)s to watch its book."),
    "witness.dismissed": N_("The group no longer asks the witness %(name)s."),
    "key.rotated": N_("The book is signed with a new key, which the old key confirmed."),
    "key.recovered": N_("The book is signed with a new key: the old one was replaced with the recovery key on paper."),
    "text.erased.asked": N_("A text of act %(act)s was erased: the person it is about asked for it."),
    "text.erased.asked_because": N_(
        "A text of act %(act)s was erased: the person it is about asked for it. %(reason)s."
    ),
    "text.erased.law": N_("A text of act %(act)s was erased: a law or a court demands it."),
    "text.erased.law_because": N_("A text of act %(act)s was erased: a law or a court demands it. %(reason)s."),
    "text.erased.harm": N_("A text of act %(act)s was erased: it did harm to somebody."),
    "text.erased.harm_because": N_("A text of act %(act)s was erased: it did harm to somebody. %(reason)s."),
    "text.erased.mistake": N_("A text of act %(act)s was erased: it should not have been written down."),
    "text.erased.mistake_because": N_(
        "A text of act %(act)s was erased: it should not have been written down. %(reason)s."
    ),
    **assemblies.SENTENCES,
    **charter_messages.SENTENCES,
    **registers.SENTENCES,
    **minutes_messages.SENTENCES,
    **{key: said for room in ROOMS for key, said in room.SENTENCES.items()},
    **record_messages.SENTENCES,
}
"""The sentences of the minutes and of a record, by their keys (`rules.minutes`)."""

MARK_NAMES: Final[dict[str, str]] = {
    "surprised": N_("surprised"),
    "inspired": N_("inspired"),
    "frustrated": N_("frustrated"),
    "stuck": N_("stuck with me"),
}
"""The four marks of a moment."""

ROLE_NAMES: Final[dict[str, str]] = {
    "guest": N_("guest"),
    "member": N_("member"),
    "facilitator": N_("facilitator"),
    "note_taker": N_("note-taker"),
    "time_keeper": N_("time-keeper"),
    "representative": N_("representative of an institution"),
    "participant": N_("participant"),
}
"""Kinds of participants."""

ROLES_TOGETHER: Final[dict[str, str]] = {
    "guest": N_("Guests"),
    "member": N_("Members"),
    "facilitator": N_("Facilitators"),
    "note_taker": N_("Note-takers"),
    "time_keeper": N_("Time-keepers"),
    "representative": N_("Representatives of institutions"),
    "participant": N_("All others"),
}
"""Kinds of participants, where their talk time is told together."""

HAND_NAMES: Final[dict[str, str]] = {
    "order": N_("point of order"),
    "clarification": N_("clarification"),
    "reply": N_("reply to the speaker"),
    "point": N_("new point"),
}
"""Kinds of hands."""

PLACE_REASONS: Final[dict[str, str]] = {
    "order": N_("a point of order goes first"),
    "clarification": N_("a clarification goes before replies and new points"),
    "reply": N_("a reply goes before new points"),
    "first": N_("has not spoken on this item yet"),
    "least": N_("has spoken %(time)s so far"),
    "fewer": N_("has had %(value)s turns so far"),
    "raised": N_("in the order in which hands went up"),
    "round": N_("the go-round"),
    "again": N_("passed, and is asked once more"),
}
"""Why somebody stands where they stand among those who wait."""

STEP_NAMES: Final[dict[str, str]] = {
    "item.opened": N_("an item was opened"),
    "item.closed": N_("an item was closed"),
    "item.adjusted": N_("an item's time was changed"),
    "end.moved": N_("the end was moved"),
    "question.opened": N_("a question was asked or closed"),
    "turn.given": N_("somebody was given the floor"),
    "turn.ended": N_("a turn ended"),
    "turn.extended": N_("a turn was made longer"),
    "round.opened": N_("a go-round began"),
    "round.closed": N_("a go-round ended"),
    "check.opened": N_("a sense check began"),
    "check.closed": N_("a sense check was closed"),
    "check.put_away": N_("a sense check was put away"),
    "offers.opened": N_("moments were asked for"),
    "offers.shown": N_("moments were shown"),
    "groups.drawn": N_("groups were drawn"),
    "groups.ended": N_("groups came together"),
    "door.locked": N_("the door was locked or opened"),
}
"""Steps of the chair, where the last is offered to be undone."""

OWN_REASONS: Final[dict[str, str]] = {
    "order": N_("A point of order goes first."),
    "clarification": N_("A clarification goes before replies and new points."),
    "reply": N_("A reply goes before new points."),
    "first": N_("You have not spoken on this item yet."),
    "least": N_("You have spoken %(time)s so far."),
    "fewer": N_("You have had %(value)s turns so far."),
    "raised": N_("In the order in which hands went up."),
    "round": N_("The go-round."),
    "again": N_("You passed, and are asked once more."),
}
"""The same, said to whom it concerns."""

CHECK_NAMES: Final[dict[str, str]] = {
    "fist": N_("Fist to five"),
    "temperature": N_("Temperature"),
    "choice": N_("Yes, no, other"),
}
"""Kinds of sense checks."""

CHECK_ANSWERS: Final[dict[tuple[str, int], str]] = {
    ("fist", 0): N_("I cannot go along"),
    ("fist", 1): N_("I have grave doubts"),
    ("fist", 2): N_("Not yet, let us talk"),
    ("fist", 3): N_("Good enough"),
    ("fist", 4): N_("I like it"),
    ("fist", 5): N_("I will carry it"),
    ("temperature", 1): N_("Cold"),
    ("temperature", 2): N_("Cool"),
    ("temperature", 3): N_("Lukewarm"),
    ("temperature", 4): N_("Warm"),
    ("temperature", 5): N_("Hot"),
    ("choice", 2): N_("Yes"),
    ("choice", 1): N_("Something else"),
    ("choice", 0): N_("No"),
}
"""What the answers to a sense check mean."""


def say(words: Language, line: Line) -> str:
    """A line in a language: somebody's own words as they are, a message as its sentence."""
    if isinstance(line, Own):
        return line.text
    if line.key in charter_messages.SENTENCES:
        return charter_messages.say(words, line)
    kept_back = KEPT_BACK.get(".".join(line.key.split(".")[:2]), ())
    args = dict.fromkeys(kept_back, words.text("not told"))
    return words.code_text(line.key, SENTENCES, {**args, **{name: _said(words, name, line) for name in line.args}})


def act_said(entry: Act) -> Message:
    """The sentence of an act of which no words need to be looked up."""
    args = {name: getattr(entry, name) for name in KEPT[type(entry)]}
    return sentence(Step(kind_of(entry), "", args))


def say_all(words: Language, lines: Sequence[Line]) -> str:
    """Lines that follow one another, as one paragraph."""
    return " ".join(say(words, line) for line in lines)


def moment_said(words: Language, at: str, zone: str) -> str:
    """An instant as the book writes it, said as a date and time in a zone."""
    there = moment(at).astimezone(zone_of(zone) or dt.UTC)
    return f"{words.date(there.date(), 'long')}, {words.time(there)}"


def _said(words: Language, name: str, message: Message) -> Any:
    """An argument as people say it; which kind it is, its name tells."""
    value = message.args[name]
    if isinstance(value, dict):
        return value.get(words.code) or next(iter(value.values()))
    if name == "counts" and isinstance(value, list):
        return _counts(words, message.args["options"], value)
    if name in ("elected", "tied") and isinstance(value, list):
        return format_list([_candidate(words, str(each)) for each in value], locale=words.locale)
    if name in ("date", "due", "assembly_due", "barred_until", "until", "since") and isinstance(value, str):
        return words.date(dt.date.fromisoformat(value))
    if name in ("start", "end") and isinstance(value, str):
        return words.time(dt.time.fromisoformat(value))
    if name == "at" and isinstance(value, str):
        return moment_said(words, value, str(message.args.get("zone", "UTC")))
    if name == "zone" and isinstance(value, str):
        zone = zone_of(value)
        day = str(message.args.get("date", "2000-01-01"))
        return words.zone(zone, dt.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone)) if zone else value
    if name == "seconds" and isinstance(value, int):
        return clock(value)
    if name == "share" and isinstance(value, str):
        return words.text(minutes_messages.SHARES[value]) if value in minutes_messages.SHARES else value
    if name in AMOUNTS and isinstance(value, int):
        return words.money(value, str(message.args[AMOUNTS[name]]))
    if name in NAMES_OF and isinstance(value, str) and value in NAMES_OF[name]:
        return words.text(NAMES_OF[name][value])
    if name in NAMES_OF and isinstance(value, list):
        return format_list([words.text(NAMES_OF[name][each]) for each in value], locale=words.locale)
    if name in COUNTED and isinstance(value, (int, list)):
        return COUNTED[name](words, len(value) if isinstance(value, list) else value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else value


def _counts(words: Language, options: Any, counts: Sequence[Any]) -> str:
    """ "40 yes, 3 no, 2 abstaining"; of an election: "member 1234: 40"."""
    told = [
        f"{count} {words.text(assemblies.OPTIONS[option])}"
        if option in assemblies.OPTIONS
        else f"{_candidate(words, option)}: {count}"
        for option, count in zip(options, counts, strict=False)
    ]
    return ", ".join(told)


def _candidate(words: Language, option: str) -> str:
    """Who or what could be chosen: "member 1234", "option A", or the option's own words."""
    if option in question.LETTERS:
        return words.text("option %(letter)s", letter=option.upper())
    return words.text("member %(member)s", member=option) if option.isdigit() else option


def clock(seconds: int) -> str:
    """A time in the film: 0:12:40."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


KEPT_BACK: Final[Mapping[str, tuple[str, ...]]] = {
    "survey.closed": ("answered", "refused", "not_reached"),
    "campaign.closed": ("used", "volunteers"),
    "round.closed": ("due", "done"),
    "round.done": ("served", "missed", "reports"),
}
"""The counts of each kind of act that are kept back where they are small."""
NAMES_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "mark": MARK_NAMES,
    "changed": PARTS,
    "roles": ROLE_NAMES,
    "together": ROLES_TOGETHER,
    "way": assemblies.WAYS,
    "ways": assemblies.WAYS,
    "subject": assemblies.SUBJECTS,
    "method": minutes_messages.METHODS,
    **distribution_messages.NAMES_OF,
    "rule": budget_messages.RULES,
    "ballot": budget_messages.BALLOTS,
    "fund": money_messages.FUNDS,
    "to_fund": money_messages.FUNDS,
}
AMOUNTS: Final[Mapping[str, str]] = {"amount": "currency", "got": "got_currency", **cooperative_messages.AMOUNTS}
"""Arguments that are sums of money in a currency's smallest unit, and which argument says the currency."""
COUNTED: Final[Mapping[str, Callable[[Language, int], str]]] = {
    "came": lambda words, n: words.plural("%(n)s person", "%(n)s people", n),
    "coming": lambda words, n: words.plural("%(n)s person", "%(n)s people", n),
    "moments": lambda words, n: words.plural("%(n)s moment", "%(n)s moments", n),
    "answers": lambda words, n: words.plural("%(n)s answer", "%(n)s answers", n),
    "entries": lambda words, n: words.plural("%(n)s entry", "%(n)s entries", n),
    "takeaways": lambda words, n: words.plural("%(n)s takeaway", "%(n)s takeaways", n),
    "contributions": lambda words, n: words.plural("%(n)s contribution", "%(n)s contributions", n),
    "turns": lambda words, n: words.plural("%(n)s turn", "%(n)s turns", n),
    "matters": lambda words, n: words.plural("%(n)s matter", "%(n)s matters", n),
    "notice": lambda words, n: words.plural("%(n)s day", "%(n)s days", n),
    "notice_needed": lambda words, n: words.plural("%(n)s day", "%(n)s days", n),
    "added": lambda words, n: words.plural("%(n)s added", "%(n)s added", n),
    "removed": lambda words, n: words.plural("%(n)s removed", "%(n)s removed", n),
    "corrected": lambda words, n: words.plural("%(n)s corrected", "%(n)s corrected", n),
    "lines": lambda words, n: words.plural("%(n)s line", "%(n)s lines", n),
}
"""Arguments that are counts, and the things they count."""

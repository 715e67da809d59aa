"""What is said in English when files of ballots cannot be read or counted. `messages` takes this table into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "ballots.bad_csv": (400, N_("Line %(line)s cannot be read as CSV: is a quotation mark missing?")),
    "ballots.bad_json": (400, N_("This JSON holds no ballots that can be read: %(reason)s")),
    "ballots.bad_mark": (
        400,
        N_("Line %(line)s: “%(value)s” under “%(column)s” is neither a rank nor a mark."),
    ),
    "ballots.bad_rank": (400, N_("Line %(line)s: there is no rank %(value)s.")),
    "ballots.bad_weight": (
        400,
        N_("Line %(line)s: “%(value)s” is not a number of ballots. It must be a whole number from 1."),
    ),
    "ballots.binary": (400, N_("This file holds no text. Ballots come as BLT, CSV or JSON.")),
    "ballots.blt_ballot": (
        400,
        N_("Line %(line)s is no ballot of a BLT file: that is a number of ballots, candidates by number, and a 0."),
    ),
    "ballots.blt_head": (
        400,
        N_("Line %(line)s must hold two numbers, as BLT begins: how many candidates and how many seats."),
    ),
    "ballots.blt_name": (400, N_("Line %(line)s must hold a candidate’s name in quotation marks.")),
    "ballots.blt_names": (400, N_("The file names %(found)s candidates, and its first line says %(wanted)s.")),
    "ballots.blt_not_ended": (
        400,
        N_("The file ends at line %(line)s, before the 0 that follows the last ballot. It may have been cut off."),
    ),
    "ballots.blt_number": (
        400,
        N_("Line %(line)s: “%(value)s” is no candidate. They have the numbers 1 to %(most)s."),
    ),
    "ballots.empty": (400, N_("This file is empty.")),
    "ballots.fields": (
        400,
        N_("Line %(line)s has %(found)s fields, and the heading has %(wanted)s. The file may have been cut off."),
    ),
    "ballots.json_ballot": (
        400,
        N_("Ballot %(place)s of the file names something that the file does not explain: %(value)s"),
    ),
    "ballots.line_too_long": (413, N_("Line %(line)s is longer than any line of ballots.")),
    "ballots.no_columns": (400, N_("No column of this file holds ranks or candidates. Say with --layout what it is.")),
    "ballots.no_contest": (404, N_("There is no contest “%(contest)s” in this file. There are: %(contests)s")),
    "ballots.no_manifest": (400, N_("%(file)s must lie beside this file: it says who stands for what.")),
    "ballots.pb_amount": (400, N_("Line %(line)s: “%(value)s” is no amount of money, or too large a one.")),
    "ballots.pb_bad_points": (
        400,
        N_("Line %(line)s: “%(value)s” is no number of points. It must be a whole number, 0 or more."),
    ),
    "ballots.pb_column": (400, N_("Line %(line)s must name the columns, and “%(column)s” is not among them.")),
    "ballots.pb_count": (
        400,
        N_("%(key)s says %(said)s, and the file holds %(found)s. It may have been cut off."),
    ),
    "ballots.pb_encoding": (400, N_("Line %(line)s is not written in UTF-8, as a .pb file is.")),
    "ballots.pb_negative": (400, N_("Line %(line)s: %(value)s is less than nothing.")),
    "ballots.pb_no_budget": (400, N_("META does not say what the budget is.")),
    "ballots.pb_no_meta": (400, N_("This is no .pb file: it does not begin with the section META.")),
    "ballots.pb_points": (
        400,
        N_("Line %(line)s marks %(projects)s projects and gives %(points)s points. There must be as many."),
    ),
    "ballots.pb_project": (
        400,
        N_("Line %(line)s: every project needs an id of its own, without a comma, and “%(project)s” is not one."),
    ),
    "ballots.pb_section": (400, N_("The section %(section)s is missing: it should have begun by line %(line)s.")),
    "ballots.pb_too_many": (413, N_("This file holds more projects than can be counted: the most is %(limit)s.")),
    "ballots.pb_unknown": (400, N_("Line %(line)s: there is no project “%(project)s” in this file.")),
    "ballots.pb_vote_type": (
        400,
        N_("vote_type is “%(value)s”. What can be counted is one of %(types)s."),
    ),
    "ballots.rank_columns": (
        400,
        N_("The columns of ranks do not run from 1 on without a gap. Is one missing, or there twice?"),
    ),
    "ballots.same_name": (400, N_("Every candidate needs a name of their own, and “%(name)s” is not one.")),
    "ballots.scattered": (
        400,
        N_("Line %(line)s: the rows of ballot %(ballot)s do not stand together. Sort the file by ballot."),
    ),
    "ballots.spreadsheet": (400, N_("This is a spreadsheet or an archive. Save it as CSV first.")),
    "ballots.too_large": (413, N_("This file holds more marks than can be counted here.")),
    "ballots.too_many": (413, N_("This file holds more ballots than can be counted: the most is %(limit)s.")),
    "ballots.too_many_candidates": (
        413,
        N_("This file holds more candidates than can be counted: the most is %(limit)s."),
    ),
    "ballots.unknown_layout": (
        400,
        N_("Nothing in this file tells how its ballots are laid out. Say it with --layout: %(layouts)s"),
    ),
    "ballots.which_contest": (
        400,
        N_("This file holds several contests. Choose one with --contest: %(contests)s"),
    ),
    "count.no_district_sum": (400, N_("The file does not say how much money district %(district)s has.")),
    "count.no_districts": (400, N_("No project of the file has a district.")),
    "count.no_completion": (400, N_("%(rule)s cannot be completed by %(completion)s.")),
    "count.no_order": (400, N_("To break ties by an order, give it with --order NAME …")),
    "count.no_satisfaction": (400, N_("%(rule)s asks for no satisfaction. Only equal shares does.")),
    "count.no_seats": (400, N_("At least one must be elected.")),
    "count.no_seed": (400, N_("To draw lots, give the published seed with --seed TEXT.")),
    "count.not_a_candidate": (400, N_("%(name)s does not stand in this election.")),
}

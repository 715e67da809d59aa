"""What the acts and refusals about needs say in English. `messages` takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "diagnosis.approved_already": (409, N_("This diagnosis was approved already.")),
    "diagnosis.nothing_open": (409, N_("No need is open, so there is nothing to present.")),
    "diagnosis.nothing_presented": (
        409,
        N_("Nothing was presented to an assembly in this round yet, so the next cannot begin."),
    ),
    "diagnosis.other_gathering": (
        409,
        N_("The diagnosis was presented to another assembly than the one that took this decision."),
    ),
    "diagnosis.unknown": (404, N_("There is no such diagnosis.")),
    "need.bad_hands": (400, N_("How many hands? Write a whole number of at most 100,000.")),
    "need.bad_id": (400, N_("This form was not whole. Open the page again and send it once more.")),
    "need.bad_point": (
        400,
        N_("This is no point on the map. Write latitude and longitude in degrees, as in 10.48801 and -66.87919."),
    ),
    "need.enough": (409, N_("%(limit)s needs are open, and no more fit. Merge those that ask for the same first.")),
    "need.half_a_point": (400, N_("A point needs both latitude and longitude. Write both, or none.")),
    "need.members_only": (
        403,
        N_("The list of needs is for the members of the group. Open it with your card, or send a need to the desk."),
    ),
    "need.merged_already": (409, N_("This need was merged into another, which stands for it now.")),
    "need.no_reason": (400, N_("Say why. Whoever raised it wants to know.")),
    "need.no_such_point": (
        400,
        N_("There is no such point: latitude goes from -90 to 90, longitude from -180 to 180."),
    ),
    "need.no_words": (400, N_("Say in a few words what is needed.")),
    "need.not_by_number": (500, N_("A need is raised in the name of a role, never of a person.")),
    "need.not_open": (409, N_("This need is not open any more.")),
    "need.open_already": (409, N_("This need is open.")),
    "need.point_unset": (
        400,
        N_("Latitude 0, longitude 0 lies in the sea: a device says so when it does not know where it is."),
    ),
    "need.presented_already": (
        409,
        N_("This need was presented to the assembly, and its support is counted. The next round begins anew."),
    ),
    "need.same": (409, N_("A need cannot be merged into itself.")),
    "need.too_many_lines": (400, N_("That is %(length)s lines, and %(limit)s at a time is the most.")),
    "need.unknown": (404, N_("There is no such need.")),
    "need.waiting_full": (
        409,
        N_("%(limit)s needs are waiting for the desk, and no more fit. Come by, or try again in some days."),
    ),
}
"""Refusals: their HTTP status and their sentence."""

SENTENCES: Final[dict[str, str]] = {
    "need.raised": N_("A need was raised: %(words)s."),
    "need.raised.unit": N_("A need was raised: %(words)s. It was given to: %(unit)s."),
    "need.raised.erased": N_("A need was raised; its words were erased."),
    "need.merged": N_("A need was merged into another that asks for the same."),
    "need.grouped": N_("A need was given to: %(unit)s."),
    "need.declined": N_("A need was taken off the list: %(reason)s."),
    "need.declined.erased": N_("A need was taken off the list; the reason was erased."),
    "need.met": N_("A need is met."),
    "need.met.how": N_("A need is met: %(how)s."),
    "need.reopened": N_("A need is open again."),
    "diagnosis.presented": N_("The diagnosis was presented to the assembly. Needs on it: %(listed)s."),
    "diagnosis.approved": N_("An assembly approved the diagnosis."),
    "diagnosis.begun": N_("Round %(round)s of the diagnosis began: support is collected anew."),
}
"""The sentences of the acts about needs."""

"""What the acts and refusals of campaign days and rounds say in English. `messages` takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "health.bad_count": (400, N_("Write whole numbers up to 100,000.")),
    "health.bad_day": (400, N_("Choose a day, today or later, and the hour at which it begins.")),
    "health.bad_slots": (
        400,
        N_("A day has 1 to 96 slots of 5 to 240 minutes with 1 to 100 places each, and ends before midnight."),
    ),
    "health.bad_turns": (
        400,
        N_(
            "A day has 1 to 6 turns, not more than slots; each wants at least one volunteer and not more than it takes."
        ),
    ),
    "health.booked_already": (409, N_("They have a place at %(start)s already. Give it back first.")),
    "health.closed": (409, N_("It is closed, and who took part is erased.")),
    "health.no_dwellings": (400, N_("Write the dwellings to visit, one number a line.")),
    "health.no_words": (400, N_("Say in a few words what it is, and where.")),
    "health.not_yet": (409, N_("The day is %(date)s. Close it on that day or later.")),
    "health.slot_full": (409, N_("This slot is full. Choose another.")),
    "health.too_few_dwellings": (
        400,
        N_(
            "A round has at least %(least)s dwellings: its totals stand in the book, and of fewer they would tell who"
            " was visited."
        ),
    ),
    "health.too_many": (400, N_("Those are more than %(most)s dwellings. Make two rounds of them.")),
    "health.turn_full": (409, N_("This turn has all the volunteers it takes. Choose another.")),
    "health.unknown": (404, N_("There is no such day or round.")),
    "health.unknown_slot": (404, N_("There is no such slot.")),
    "health.who": (400, N_("Scan a card, or write a member number or a household’s number.")),
}

SENTENCES: Final[dict[str, str]] = {
    "campaign.called": N_(
        "A campaign day was called: %(what)s. Place: %(place)s. Day: %(date)s, from %(start)s. Slots: %(slots)s of "
        "%(minutes)s minutes with %(places)s places each."
    ),
    "campaign.called.erased": N_(
        "A campaign day was called; its words were erased. Day: %(date)s, from %(start)s. Slots: %(slots)s of "
        "%(minutes)s minutes with %(places)s places each."
    ),
    "campaign.closed": N_(
        "A campaign day was closed. Places used: %(used)s of %(places)s; volunteers’ turns: %(volunteers)s. Who had "
        "booked was erased."
    ),
    "campaign.closed.supplies": N_(
        "A campaign day was closed. Places used: %(used)s of %(places)s; volunteers’ turns: %(volunteers)s; supplies "
        "there: %(there)s of %(needed)s. Who had booked was erased."
    ),
    "round.opened": N_("A round of visits began: %(what)s. Dwellings: %(dwellings)s."),
    "round.opened.erased": N_("A round of visits began; its words were erased. Dwellings: %(dwellings)s."),
    "round.closed": N_("A round of visits ended. Done: %(done)s; still due: %(due)s. Which, was erased."),
}

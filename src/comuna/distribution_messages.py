"""What the acts and refusals of distributions say in English. `messages` takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "distribution.arrived_already": (409, N_("What arrived was counted already.")),
    "distribution.day_past": (400, N_("That day is past. Say on which day it is expected.")),
    "distribution.bad_number": (400, N_("Write a whole number from 1 to %(most)s.")),
    "distribution.closed": (409, N_("This distribution is closed.")),
    "distribution.more_than_arrived": (409, N_("That is more than arrived.")),
    "distribution.no_list": (
        410,
        N_("The sealed list of this distribution was erased when the next one began. Its digest stays in the book."),
    ),
    "distribution.no_day": (400, N_("On which day is it expected? Choose a date.")),
    "distribution.no_household": (
        409,
        N_("The register has no household number for this person. Add it there, and it comes onto the next rota."),
    ),
    "distribution.no_households": (
        409,
        N_("There is no household number in the register yet. Add them there first: the rota is made of them."),
    ),
    "distribution.not_arrived": (409, N_("First count what arrived.")),
    "distribution.not_due": (
        409,
        N_("It is not the turn of household %(household)s: it has place %(place)s of the rota."),
    ),
    "distribution.not_on_list": (
        404,
        N_("Household %(household)s is not on the rota of this distribution. It will be on the next one."),
    ),
    "distribution.not_served": (409, N_("This household was not served, so there is nothing to take back.")),
    "distribution.open_already": (409, N_("A distribution of this good is under way. Close it first.")),
    "distribution.rule_keeps": (
        409,
        N_("With equal shares each household keeps its share until the end, and nobody else gets it."),
    ),
    "distribution.served_already": (409, N_("Household %(household)s was served already at this arrival.")),
    "distribution.unknown": (404, N_("There is no such distribution.")),
    "distribution.unknown_good": (400, N_("Choose what is handed out.")),
    "distribution.unknown_rule": (400, N_("Choose how a shortfall is shared, before anything arrives.")),
    "distribution.who": (400, N_("Scan a card, or write the household’s number.")),
}

SENTENCES: Final[dict[str, str]] = {
    "distribution.opened.rota": N_(
        "A distribution was opened: %(good)s, expected on %(date)s. Announced: %(announced)s, for %(households)s "
        "households, %(each)s for each in the order of the rota. The lots’ seed is %(seed)s, the SHA-256 of the "
        "sealed list %(digest)s."
    ),
    "distribution.opened.rota_named": N_(
        "A distribution was opened: %(good)s (%(what)s), expected on %(date)s. Announced: %(announced)s, for "
        "%(households)s households, %(each)s for each in the order of the rota. The lots’ seed is %(seed)s, the "
        "SHA-256 of the sealed list %(digest)s."
    ),
    "distribution.opened.equal": N_(
        "A distribution was opened: %(good)s, expected on %(date)s. Announced: %(announced)s, in equal shares for "
        "%(households)s households; what does not divide goes to the first of the rota. The lots’ seed is %(seed)s, "
        "the SHA-256 of the sealed list %(digest)s."
    ),
    "distribution.opened.equal_named": N_(
        "A distribution was opened: %(good)s (%(what)s), expected on %(date)s. Announced: %(announced)s, in equal "
        "shares for %(households)s households; what does not divide goes to the first of the rota. The lots’ seed is "
        "%(seed)s, the SHA-256 of the sealed list %(digest)s."
    ),
    "distribution.arrived": N_(
        "What was to be handed out arrived: %(good)s, %(arrived)s. Households that get some: %(receiving)s; not "
        "shared out: %(over)s."
    ),
    "distribution.arrived.short": N_(
        "Less arrived than was announced: %(good)s, %(arrived)s, which is %(short)s fewer. By the rule chosen before, "
        "the households that get some are %(receiving)s; not shared out: %(over)s."
    ),
    "distribution.closed": N_(
        "A distribution was closed: %(good)s. Handed out: %(delivered)s, to %(served)s households; left over: %(left)s."
    ),
    "distribution.closed.nothing": N_("A distribution was closed: %(good)s. Nothing arrived."),
}

GOODS: Final[dict[str, str]] = {
    "gas": N_("gas cylinders"),
    "food": N_("food bags"),
    "water": N_("water trips"),
    "other": N_("other goods"),
}
"""What is handed out."""

NAMES_OF: Final = {"good": GOODS}
"""Arguments of sentences that are names of ours."""

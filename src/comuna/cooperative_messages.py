"""What the acts and refusals of co-operatives say in English. `messages` takes these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "hours.bad_day": (400, N_("On which day did you work? Choose today or a day before.")),
    "hours.bad_length": (400, N_("How long did you work? Write hours and minutes, 24 hours at the most.")),
    "hours.confirmed": (409, N_("These hours are confirmed. Ask the desk if they are wrong.")),
    "hours.settled": (409, N_("The surplus until %(until)s is shared already; hours until then are settled.")),
    "hours.too_many": (409, N_("That would be more than 24 hours on one day.")),
    "hours.unknown": (404, N_("There is no such entry of hours.")),
    "surplus.bad_percents": (400, N_("The shares of the funds are whole percents, 100 together at the most.")),
    "surplus.bad_period": (400, N_("Choose the first and the last day of the period; it must be over.")),
    "surplus.charter_says": (
        409,
        N_("The charter says how a surplus is shared. Share it like that, or change the charter."),
    ),
    "surplus.decision_used": (409, N_("Another surplus was shared by that decision. Each needs its own.")),
    "surplus.does_not_add_up": (409, N_("The shares do not add up to the surplus. Nothing was recorded.")),
    "surplus.no_hours": (409, N_("Nobody has confirmed hours in that period, so there is nobody to share it among.")),
    "surplus.not_confirmed": (
        409,
        N_("Hours of that period still wait to be confirmed: %(waiting)s. Confirm them or strike them out first."),
    ),
    "surplus.overlaps": (409, N_("The surplus until %(until)s is shared already. Begin after that day.")),
    "surplus.unknown": (404, N_("There is no such surplus.")),
    "surplus.unknown_rule": (400, N_("Choose how the surplus is shared among the members.")),
}

SENTENCES: Final[dict[str, str]] = {
    "surplus.shared.hours": N_(
        "The surplus of %(since)s to %(until)s was shared as decided: %(amount)s among %(members)s members, by the "
        "hours they worked. The SHA-256 of the sealed list is %(digest)s."
    ),
    "surplus.shared.hours_funds": N_(
        "The surplus of %(since)s to %(until)s was shared as decided: %(amount)s. To the fund for production: "
        "%(production)s; for the workers’ needs: %(care)s; for social reinvestment: %(reinvestment)s; among "
        "%(members)s members, by the hours they worked: %(shared)s. The SHA-256 of the sealed list is %(digest)s."
    ),
    "surplus.shared.equal": N_(
        "The surplus of %(since)s to %(until)s was shared as decided: %(amount)s among %(members)s members, equally. "
        "The SHA-256 of the sealed list is %(digest)s."
    ),
    "surplus.shared.equal_funds": N_(
        "The surplus of %(since)s to %(until)s was shared as decided: %(amount)s. To the fund for production: "
        "%(production)s; for the workers’ needs: %(care)s; for social reinvestment: %(reinvestment)s; among "
        "%(members)s members, equally: %(shared)s. The SHA-256 of the sealed list is %(digest)s."
    ),
}

AMOUNTS: Final = dict.fromkeys(("production", "care", "reinvestment", "shared"), "currency")
"""Arguments of sentences that are sums, and which argument says the currency."""

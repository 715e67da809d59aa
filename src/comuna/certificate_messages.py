"""What the acts and refusals of certificates say in English, and the words that a certificate begins with."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "certificate.bad_day": (400, N_("Give the day until which it is good as a date, or leave it empty.")),
    "certificate.beyond_term": (
        400,
        N_("A certificate of a mandate is good until the term ends at the most: give a day up to %(until)s."),
    ),
    "certificate.erased": (
        409,
        N_(
            "The words of this certificate were erased, so it cannot be printed again. A printed one can still be "
            "checked."
        ),
    ),
    "certificate.not_on_register": (
        409,
        N_(
            "The register does not have what this certificate would certify. It certifies what the register has, and "
            "nothing else."
        ),
    ),
    "certificate.past": (400, N_("The day until which the certificate is good is past already.")),
    "certificate.revoked_already": (409, N_("This certificate was revoked already.")),
    "certificate.too_many_lines": (400, N_("These are too many lines for a certificate: %(limit)s is the most.")),
    "certificate.unknown": (404, N_("There is no such certificate.")),
    "certificate.unknown_kind": (400, N_("Choose what is to be certified.")),
    "certificate.unreadable": (
        400,
        N_("That is not the code of a certificate, or not all of it. Scan it again, or copy all of it."),
    ),
    "certificate.wrong": (
        400,
        N_("This certificate does not hold: something in it was changed, or the group never issued it."),
    ),
}

SENTENCES: Final[dict[str, str]] = {
    "certificate.issued.residence": N_("A certificate of residence was issued."),
    "certificate.issued.residence_until": N_("A certificate of residence was issued, good until %(until)s."),
    "certificate.issued.membership": N_("A certificate of membership was issued."),
    "certificate.issued.membership_until": N_("A certificate of membership was issued, good until %(until)s."),
    "certificate.issued.mandate": N_("A certificate of a mandate was issued."),
    "certificate.issued.mandate_until": N_("A certificate of a mandate was issued, good until %(until)s."),
    "certificate.issued.decision": N_("A certificate of a decision was issued."),
    "certificate.issued.decision_until": N_("A certificate of a decision was issued, good until %(until)s."),
    "certificate.revoked": N_("The certificate that act %(act)s issued was revoked."),
}

TITLES: Final[dict[str, str]] = {
    "residence": N_("Certificate of residence"),
    "membership": N_("Certificate of membership"),
    "mandate": N_("Certificate of a mandate"),
    "decision": N_("Certificate of a decision"),
}

WORDS: Final[dict[str, str]] = {
    "residence": N_("%(group)s certifies that %(name)s stands on its register as a resident of this community."),
    "residence.since": N_(
        "%(group)s certifies that %(name)s stands on its register as a resident of this community, since the quarter "
        "%(since)s."
    ),
    "residence.right": N_(
        "%(group)s certifies that %(name)s holds by its register, since the quarter %(since)s, the right “%(right)s”, "
        "for which its charter asks for residence in this community."
    ),
    "membership": N_("%(group)s certifies that %(name)s stands on its register as a member."),
    "membership.since": N_(
        "%(group)s certifies that %(name)s stands on its register as a member, since the quarter %(since)s."
    ),
    "membership.right": N_(
        "%(group)s certifies that %(name)s belongs to it, and by its register holds the right “%(right)s” since the "
        "quarter %(since)s."
    ),
    "mandate": N_("%(group)s certifies that %(name)s holds a mandate in “%(unit)s”, since %(since)s."),
    "mandate.until": N_(
        "%(group)s certifies that %(name)s holds a mandate in “%(unit)s”, from %(since)s to before %(until)s."
    ),
    "decision": N_("%(group)s certifies that on %(date)s it took its decision number %(number)s: %(words)s"),
}
"""The words that the desk begins with, and may change. They say what the register or the book has, and no more."""

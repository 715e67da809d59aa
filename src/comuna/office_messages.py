"""What the pages of offices say of each condition of the charter, in English."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

BEHIND: Final[dict[str, str]] = {
    "over_age": N_("more than %(n)s years old"),
    "from_age": N_("%(n)s years or older"),
    "months": N_("resident for %(n)s months"),
}
"""What the charter asks for a right, or for an office itself."""

CONDITIONS: Final[dict[str, str]] = {
    "right.met": N_("The right “%(right)s” (%(behind)s): the register has it."),
    "right.met.alone": N_("The right “%(right)s”: the register has it."),
    "right.missing": N_("The right “%(right)s” (%(behind)s): by the register they do not have it today."),
    "right.missing.alone": N_("The right “%(right)s”: by the register they do not have it today."),
    "right.attest": N_("The right “%(right)s” (%(behind)s): the register does not keep it."),
    "right.attest.alone": N_("The right “%(right)s”: the register does not keep it."),
    "age.attest": N_("Age: %(behind)s. The register holds no birth date."),
    "residence.attest": N_("Residence: %(behind)s. The register does not hold since when somebody lives here."),
    "unsaid.attest": N_("The charter does not say who may hold this office, or leaves it open."),
    "one_unit.met": N_("They stand for no other unit."),
    "one_unit.missing": N_("They stand for another unit already: %(unit)s."),
    "compatible.met": N_("They are in no unit that excludes this one."),
    "compatible.missing": N_("They are in a unit that excludes this one: %(unit)s."),
    "terms.met": N_("The charter lets them serve another term."),
    "terms.missing": N_("They have served all the terms in a row that the charter allows."),
    "gone.missing": N_("They have left the register."),
    "not_recalled.met": N_("They are not barred by a recall."),
    "not_recalled.missing": N_("They were recalled, and may not stand before %(until)s."),
}
"""Each condition as it is: met, missing, or to be attested by the desk."""

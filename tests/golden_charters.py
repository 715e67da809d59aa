"""The charters of the golden book: the one it is founded on, and the two that its assemblies change it to."""

from __future__ import annotations

from pathlib import Path

from tests.rules.assemblies import entry, fund, rule

CHARTER = (Path(__file__).parent / "golden" / "study-circle.toml").read_text(encoding="utf-8")
"""The study circle's charter as it was when the story was first told: the one we give may be said better since."""

STRANGE = "¿Quién decide? «Nosotras»: ñ, ü, ß, €, 水, עברית, e\u0301, 👩🏽‍🌾, \u2028, \u007f, \\, \"\", '\t', ½ – …"
"""Characters that are written in several ways, or seldom."""

_ODD = (
    "\n# Palabras raras: ¿ñ, ü, ß, 水, 👩🏽‍🌾, \u2028, \t, e\u0301?\n"
    '[[provisions]]\nen = "\\"Together\\\\, yes\\u0001\\" — 水, 👩🏽‍🌾, \u2028, e\u0301"\n'
    'es = "\\"Juntas\\\\, sí\\u0001\\" — ¿ñ, ü, ß?"\n'
    'source = "costumbre"\nvalid_from = "2026-11-01"\n'
)
_NOTED = (
    '[rules.second_needed]\nvalue = false\nsource = "costumbre: «ñ»"\nvalid_from = "2026-11-01"\n'
    'note = { en = "\\tWhoever moves it, moves it.", es = "Quien propone, propone. \u2028" }\n'
)
_GATHERINGS = (
    entry("gatherings.council", "Council «Ñ»")
    + rule("gatherings.council.quorum", '[{ of = "roll", share = "3/10" }, { of = "roll", share = "1/5" }]')
    + rule("gatherings.council.notice", "{ at_least = 3, emergency = 0 }")
    + entry("gatherings.circle", "Circle")
    + rule("gatherings.circle.quorum", '"unspecified"')
)
_DECISIONS = (
    entry("decisions.simple", "Simple")
    + rule("decisions.simple.majority", '{ of = "cast", share = "1/2" }')
    + entry("decisions.counted", "Abstentions counted")
    + rule("decisions.counted.majority", '{ of = "cast", share = "1/2", abstentions = "counted" }')
    + entry("decisions.many", "Many must vote")
    + rule("decisions.many.majority", '{ of = "present", share = "1/2" }')
    + rule("decisions.many.turnout", '"1/5"')
    + entry("decisions.place", "A place")
    + rule("decisions.place.majority", '{ of = "plurality" }')
    + entry("decisions.bylaws", "Bylaws")
    + rule("decisions.bylaws.majority", '{ of = "cast", share = "2/3", more = false }')
    + rule("decisions.bylaws.readings", "2")
    + entry("decisions.charter", "Charter")
    + rule("decisions.charter.majority", '{ of = "all", share = "1/4" }')
    + entry("decisions.consent", "Consent")
    + rule("decisions.consent.majority", '{ of = "consent" }')
    + entry("decisions.recall", "Recall")
    + rule("decisions.recall.majority", '{ of = "present", share = "1/2" }')
    + rule("decisions.recall.quorum", '[{ of = "roll", share = "1/5" }]')
)
_UNITS = (
    entry("units.finance", "Finance «€»")
    + rule("units.finance.seats", "2")
    + rule("units.finance.committees", '[{ id = "till", en = "The till", es = "La caja" }]')
    + rule("units.finance.term_months", "24")
    + rule("units.finance.alternates", '"each"')
    + rule("units.finance.ballot", '"secret"')
    + entry("units.control", "Control")
    + rule("units.control.seats", "5")
)
_RECALL = (
    rule("recall.asked_by", '[{ share = "1/10" }, { unit = "control" }]')
    + rule("recall.causes", '[{ id = "accounts", en = "No accounts", es = "No rendir cuentas" }]')
    + rule("recall.report_days", "15")
    + rule("recall.defence", "true")
    + rule("recall.barred_terms", "2")
)
_CIRCLE = CHARTER.replace(
    '[decisions.ordinary.majority]\nvalue = "unspecified"',
    '[decisions.ordinary.majority]\nvalue = { of = "cast", share = "1/2" }',
)
assert _CIRCLE != CHARTER
GOLDEN_CHARTER = _CIRCLE + "\n" + _GATHERINGS + _DECISIONS + _UNITS + _RECALL + _NOTED + _ODD
"""It does not say what a tie means, nor by when an assembly decides on a recall."""

_THEN = (
    rule("recall.assembly_days", "15")
    + rule("rules.consensus", "{ passes_from = 3, blocks = 1 }")
    + rule("rules.change_ballot", "true")
    + rule("rules.publish_ballots", "false")
    + rule("rules.small_tally", "6")
)
_FUNDS = fund("social", "Social «Ñ»") + fund("operating", "Operating") + fund("risk", "Risk €")
SECOND_CHARTER = GOLDEN_CHARTER + _THEN + rule("rules.tie", '"chair"') + fund("old_chest", "The old chest «水»")
THIRD_CHARTER = GOLDEN_CHARTER + _THEN + rule("rules.tie", '"rejects"') + _FUNDS

"""What projects and work brigades say in English: the sentences of their acts, and their refusals. `messages` takes
these tables into its own."""

from __future__ import annotations

from typing import Final

from comuna.language import N_

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "brigade.bad_hands": (400, N_("So many hands cannot be written down: write a number from 1 to %(limit)s.")),
    "brigade.bad_hours": (400, N_("Write how many hours each worked: a whole number from 1 to %(limit)s.")),
    "brigade.material_unreadable": (
        400,
        N_("Write each material with its number first, as in “40 bags of cement”. This line has none: %(line)s"),
    ),
    "brigade.not_held": (
        409,
        N_("A work brigade of this project is still to come. Say that it was held, or call it off first."),
    ),
    "brigade.not_yet": (409, N_("That brigade is still to come. Say how many came once it is held.")),
    "brigade.over": (409, N_("That brigade was held already, or was called off.")),
    "brigade.past": (400, N_("That day is past. Call the brigade for a day that is still to come.")),
    "brigade.too_many_materials": (400, N_("That is a long list: the most is %(limit)s materials.")),
    "brigade.unknown": (404, N_("There is no such work brigade.")),
    "project.bad_id": (400, N_("This form was not ours, or was sent before. Load the page again.")),
    "project.bad_moment": (400, N_("Say whether the photo is of before the work, during it, or after it.")),
    "project.block_ahead": (400, N_("Nothing holds a project up since a day that has not come yet.")),
    "project.block_unknown": (404, N_("There is no such thing that holds this project up.")),
    "project.consent_ahead": (400, N_("The consent is dated on a day that has not come yet.")),
    "project.payments_open": (
        409,
        N_(
            "Payments for this project are still waiting. Pay them or call them off first: a project is closed with "
            "its account."
        ),
    ),
    "project.ended": (409, N_("This project is over: it was closed or given up.")),
    "project.same_decision": (
        409,
        N_("That decision began the project. For another purpose the assembly decides anew: choose that decision."),
    ),
    "project.no_consent": (
        409,
        N_(
            "The purpose of a project is changed only with the recorded consent of whoever funds it: in writing, with"
            " its day. Write down what they said, or bring a photo of the paper."
        ),
    ),
    "project.no_decision": (
        409,
        N_(
            "This needs a decision of the assembly. Choose the decision; if there is none yet, bring it to an assembly."
        ),
    ),
    "project.nothing_shown": (400, N_("Bring a photo, or write how far it is.")),
    "project.no_funder": (400, N_("Say who pays: the group itself, or somebody else with their name.")),
    "project.no_words": (400, N_("Something is missing: write it in words.")),
    "project.one_holder": (400, N_("Say who holds it up: one unit of the group, or somebody else.")),
    "project.one_owner": (400, N_("Say who sees to the step: one member, or one unit.")),
    "project.other_phase": (
        409,
        N_("The phases follow one another: diagnosis, plan, budget, execution, social control. None is left out."),
    ),
    "project.phase_approved_already": (409, N_("This phase was approved already.")),
    "project.phases_left": (
        409,
        N_("A project is closed after the assembly approved all five phases. Until then it can be given up."),
    ),
    "project.step_done_already": (409, N_("This step is done already.")),
    "project.step_open": (409, N_("This step is open as it is.")),
    "project.step_unknown": (404, N_("There is no such step in this project.")),
    "project.too_many": (409, N_("That is more than one project can have: the most is %(limit)s.")),
    "project.unblocked_already": (409, N_("That is out of the way already.")),
    "project.unknown": (404, N_("There is no such project.")),
}

SENTENCES: Final[dict[str, str]] = {
    "project.begun": N_("A project was begun, as decided: %(title)s. In charge: %(unit)s."),
    "project.begun.budget": N_(
        "A project was begun, as decided: %(title)s. In charge: %(unit)s. Its budget: %(amount)s."
    ),
    "project.begun.erased": N_("A project was begun, as decided; its words were erased. In charge: %(unit)s."),
    "project.phase_approved.diagnosis": N_("The assembly approved the diagnosis of a project."),
    "project.phase_approved.plan": N_("The assembly approved the plan of a project."),
    "project.phase_approved.budget": N_("The assembly approved the budget of a project."),
    "project.phase_approved.execution": N_("The assembly approved that a project is carried out."),
    "project.phase_approved.control": N_("The assembly approved the social control of a project."),
    "project.purpose_changed": N_(
        "What a project is for was changed, as the assembly decided and the funder consented on %(date)s. It is for: "
        "%(purpose)s."
    ),
    "project.purpose_changed.erased": N_(
        "What a project is for was changed, as the assembly decided and the funder consented on %(date)s; the words"
        " were erased."
    ),
    "project.closed": N_("A project was closed, as the assembly decided. Every step of it is done."),
    "project.closed.open": N_("A project was closed, as the assembly decided. Steps that were left open: %(left)s."),
    "project.given_up": N_("A project was given up, as the assembly decided: %(reason)s."),
    "project.given_up.erased": N_("A project was given up, as the assembly decided; the reason was erased."),
    "project.step_planned.member": N_("A step was planned: %(text)s. Member %(member)s sees to it."),
    "project.step_planned.member_due": N_("A step was planned: %(text)s. Member %(member)s sees to it by %(due)s."),
    "project.step_planned.unit": N_("A step was planned: %(text)s. Who sees to it: %(unit)s."),
    "project.step_planned.unit_due": N_("A step was planned: %(text)s. Who sees to it: %(unit)s, by %(due)s."),
    "project.step_planned.erased": N_("A step was planned; its words were erased."),
    "project.step_done": N_("A step of a project is done."),
    "project.step_done.report": N_("A step of a project is done: %(report)s."),
    "project.step_undone": N_("A step that was said to be done is open again."),
    "project.step_undone.because": N_("A step that was said to be done is open again: %(reason)s."),
    "project.step_dropped": N_("A step of a project was dropped."),
    "project.step_dropped.because": N_("A step of a project was dropped: %(reason)s."),
    "project.blocked.unit": N_("A project is held up since %(date)s: %(text)s. By whom: %(unit)s."),
    "project.blocked.other": N_("A project is held up since %(date)s: %(text)s. By whom: %(holder)s."),
    "project.blocked.erased": N_("A project is held up since %(date)s; the words were erased."),
    "project.unblocked": N_("What held a project up is out of the way. Days that it took: %(days)s."),
    "project.unblocked.text": N_("What held a project up is out of the way: %(text)s. Days that it took: %(days)s."),
    "project.progressed": N_("How far a project is was shown in a photo."),
    "project.progressed.text": N_("How far a project is: %(text)s."),
    "brigade.called": N_("A work brigade was called for %(date)s: %(tasks)s. Hands needed: %(hands)s."),
    "brigade.called.erased": N_(
        "A work brigade was called for %(date)s; the words were erased. Hands needed: %(hands)s."
    ),
    "brigade.held": N_("A work brigade was held. Hands that came: %(hands)s; hours that each worked: %(hours)s."),
    "brigade.called_off": N_("A work brigade was called off."),
    "brigade.called_off.because": N_("A work brigade was called off: %(reason)s."),
}

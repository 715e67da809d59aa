"""What the example council is asked and what it votes on: needs with their support, a participatory budget, a survey of
dwellings."""

from __future__ import annotations

from typing import Any, Final

from comuna import shipped_surveys
from comuna.example_housing import chance
from comuna.example_works import Works
from comuna.kernel import identity
from comuna.kernel.text import Text
from comuna.rules import budget, budget_proposal, need, survey, survey_form, survey_visits
from comuna.rules.budget import Terms
from comuna.rules.budget_proposal import UNNAMED, Draft
from comuna.rules.register import Row
from comuna.store import budget_box, register, supports, surveys
from comuna.store.writer import Transaction


def voters(works: Works, tx: Transaction, many: int) -> list[Row]:
    """So many of those with the right to vote."""
    return register.search(tx.connection, works.t.book, right="vote", on=tx.now.date(), limit=many)


# Needs


def raised(works: Works, told: dict[str, Any]) -> None:
    """A need is raised; in the days after it so many support it with their cards, and so many by hands."""
    by = need.BY_DESK if told.get("desk") else need.BY_MEMBER
    given = {name: told[name] for name in ("words", "place", "point") if name in told}
    said = {name: f"~{value}" for name, value in given.items()}
    works.do(need.raise_need, by=by, need=told["need"], unit=told["unit"], **said)
    t, id = works.t, works.id(told["need"][1:])

    def support(tx: Transaction) -> None:
        state = t.state()
        for row in voters(works, tx, 310):
            if chance(told["need"], row.member) * 310 < told["cards"] * 256:
                supports.support(tx, state, id, row.member)
        supports.set_hands(tx, state, id, told["hands"])

    t.store.write(support)


def merged(works: Works, told: dict[str, Any]) -> None:
    """One need is merged into another, with those who support it."""
    t, one, other = works.t, works.id(told["need"][1:]), works.id(told["into"][1:])

    def merge(tx: Transaction) -> None:
        t.store.record(tx, t.book, lambda s: need.merge(s, by=t.member, need=one, into=other), by=t.member)
        supports.merge(tx, t.book, one, other, [row.member for row in voters(works, tx, 310)])

    t.store.write(merge)


def presented(works: Works, told: dict[str, Any]) -> None:
    """The list of needs is handed to the assembly that was called."""
    t = works.t
    called = next(a for a, assembly in t.state().assemblies.items() if assembly.status == "convened")
    with t.store.read() as connection:
        counted = supports.counted(connection, t.book)
    works.do(need.present, diagnosis=told["diagnosis"], gathering=called, counted=counted)


# A participatory budget


def opened(works: Works, told: dict[str, Any]) -> None:
    """A round is opened, by equal shares."""
    terms = Terms(amount=told["amount"] * 100, currency=told["currency"])
    works.do(budget.open_round, round=told["round"], title=told["title"], terms=terms)


def proposed(works: Works, told: dict[str, Any]) -> None:
    """Something is proposed; its cost lines are pairs of what for and how much."""
    t, kept = works.t, list[Text]()
    words = {each: told[each] for each in ("title", "purpose", "place", "carried_out_by", "upkeep_by") if each in told}
    refs = {name: works.said(f"~{said}", kept) for name, said in words.items()}
    lines = works.said("~" + "\n".join(what for what, _ in told["lines"]), kept)
    draft = Draft(
        sums=[sum * 100 for _, sum in told["lines"]],
        lines=lines,
        need=works.id(told["need"][1:]) if "need" in told else None,
        upkeep=told["upkeep"] * 100 if "upkeep" in told else None,
        **refs,
    )
    by, desk = (t.member, True) if told.get("desk") else (UNNAMED, False)
    this = {"round": works.id(told["round"][1:]), "proposal": works.id(told["proposal"][1:])}
    t.record(lambda s: budget_proposal.propose(s, by=by, **this, draft=draft, desk=desk), by, kept)


def checked(works: Works, told: dict[str, Any]) -> None:
    """Every proposal can be done, but those of which somebody says why not."""
    why = told["not"]
    for each in budget.standing(works.t.state(), works.t.state().budget.rounds[works.id(told["round"][1:])]):
        name = next(name for name, id in works.ids.items() if id == each.id)
        reason = f"~{why[name]}" if name in why else None
        works.do(budget_proposal.check, proposal=f"#{name}", feasible=reason is None, reason=reason)


def balloted(works: Works, told: dict[str, Any]) -> None:
    """So many vote by phone and on paper. Each marks what is likely for it, by `liked` (name → percent)."""
    t, round = works.t, works.id(told["round"][1:])
    state = t.state()
    listed = state.budget.rounds[round].sealed
    assert listed is not None
    names = {id: name for name, id in works.ids.items()}

    def marks(n: int) -> dict[int, str]:
        liked = [told["liked"][names[each]] * 256 > 100 * chance("liked", n, names[each]) for each in listed.proposals]
        return {place: "1" for place, yes in enumerate(liked) if yes} or {n % len(liked): "1"}

    def vote(tx: Transaction) -> None:
        rows = voters(works, tx, told["phones"] + told["papers"])
        for n, row in enumerate(rows):
            if n < told["phones"]:
                budget_box.cast_by_phone(tx, state, round, row, _fresh(tx), marks(n))
            else:
                budget_box.mark_paper(tx, state, round, row)
                budget_box.add_paper(tx, state, round, _fresh(tx), marks(n))

    t.store.write(vote)


def _fresh(tx: Transaction) -> str:
    return identity.id_of(tx.random(16))


def decided(works: Works, told: dict[str, Any]) -> None:
    """The box is counted."""
    t, round = works.t, works.id(told["round"][1:])
    t.store.write(lambda tx: budget_box.close(tx, t.store.shelf, t.book, by=t.member, round=round))


# A survey


def surveyed(works: Works, told: dict[str, Any]) -> None:
    """A survey is opened, the dwellings are visited by two volunteers, and it is closed."""
    t, id, name = works.t, works.id(told["survey"][1:]), told["form"]
    written = shipped_surveys.text(name)
    this = {"survey": told["survey"], "name": name, "expected": told["expected"], "keep": False}
    works.do(survey.open_survey, title=told["title"], questions=f"~{written}", **this)
    with t.store.read() as connection:
        form = surveys.form_of(connection, t.state().surveys.all[id].questions)

    def visit(tx: Transaction) -> None:
        volunteers = [surveys.new_link(tx, t.book, id, label)[1] for label in told["links"]]
        for n in range(told["visited"]):
            outcome = "refused" if n % 29 == 11 else "nobody" if n % 17 == 5 else "answered"
            code = f"V{n // 12 + 1}-C{n % 12 + 1}"
            made = survey_visits.visit(
                id=_fresh(tx),
                volunteer=volunteers[n % 2],
                dwelling=code,
                outcome=outcome,
                edit=1,
                answers=_said(form, n),
            )
            surveys.take(tx, t.book, id, made, expected=told["expected"])
        surveys.close(tx, t.store.shelf, t.book, id, by=t.member)

    t.store.write(visit)


LIKELY: Final = (0, 0, 0, 1, 1, 1, 2, 2, 3, 3)


def _said(form: survey_form.Form, n: int) -> survey_form.Answers:
    """What is answered for a dwelling: always the same. A dwelling that stands badly does so in most answers."""
    said: survey_form.Answers = {}
    worn = LIKELY[chance("dwelling", n) % len(LIKELY)]
    for each in form.questions:
        drawn = chance("survey", each.id, n)
        if not survey_form.asked(each, said) or each.type == "note":
            continue
        near = worn + (drawn % 4 == 0) - (drawn % 7 == 0)
        match each.type:
            case "choice":
                level = near if each.id.endswith("state") else LIKELY[drawn % len(LIKELY)]
                said[each.id] = each.words[min(max(level, 0), len(each.words) - 1)]
            case "choices":
                said[each.id] = [word for k, word in enumerate(each.words) if drawn >> k & 1 or k == drawn % 3]
            case "yes_no":
                said[each.id] = "yes" if drawn % 3 else "no"
            case "number":
                said[each.id] = each.min + 1 + drawn % 5
            case "scale":
                said[each.id] = each.words[min(max(near + drawn % 2, 0), len(each.words) - 1)]
    return said

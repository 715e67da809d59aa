"""Work brigades: called, signed up for on one's own phone or at the desk, supplied, held. Who comes is known to the
desk until the day, and to nobody after it."""

from __future__ import annotations

from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.rules import brigade as rules
from comuna.rules.state import State
from comuna.rules.state_project import Brigade, Project
from comuna.store import brigades, register, texts
from comuna.store.writer import Transaction
from comuna.web import project_forms as forms
from comuna.web.access import GroupDoor, KeeperDoor, MemberDoor
from comuna.web.offices import today
from comuna.web.project_forms import must_say, record, words
from comuna.web.projects import called, find


def call(door: KeeperDoor) -> Response:
    """Call a brigade for the project of the path; sent twice, it is called once. Refuses project.no_words,
    brigade.material_unreadable, and what `rules.call` does."""
    id, project = door.form.line("brigade"), find(door).id
    wanted = forms.materials(door)

    def supply(tx: Transaction, _: Act) -> None:
        brigades.need(tx, door.book, id, wanted)

    record(
        door,
        rules.call,
        done=lambda s: id in s.projects[project].brigades,
        said={
            "place": must_say(door, "place"),
            "tasks": must_say(door, "tasks"),
            "materials": "\n".join(f"{m.needed} {m.what}" for m in wanted),
        },
        then=supply,
        project=project,
        brigade=id,
        date=door.form.line("date"),
        hands=door.form.number("hands") or 0,
        today=today(door),
    )
    return door.go(f"/g/{door.book}/projects/{project}#brigade-{id}")


def _brigade(door: GroupDoor) -> tuple[Project, Brigade]:
    return rules.find(door.state, door.request.path_params["brigade"])


def _back(door: KeeperDoor) -> Response:
    project, brigade = _brigade(door)
    return door.go(f"/g/{door.book}/projects/{project.id}#brigade-{brigade.id}")


def bring(door: KeeperDoor) -> Response:
    """Say how much of each material is there. Refuses brigade.unknown, brigade.over."""
    id = _brigade(door)[1].id
    there = forms.counts(door, "there", 999_999)

    def job(tx: Transaction) -> None:
        rules.called(forms.state_in(door, tx), id)
        brigades.bring(tx, door.book, id, there)

    door.write(job)
    return _back(door)


def _ended(s: State, brigade: str, status: str) -> bool:
    return rules.find(s, brigade)[1].status == status


def hold(door: KeeperDoor) -> Response:
    """Say how many came and how long they worked; who signed up is forgotten. Refuses what `rules.hold` does."""
    id = _brigade(door)[1].id
    record(
        door,
        rules.hold,
        done=lambda s: _ended(s, id, "held"),
        then=lambda tx, _: brigades.forget_hands(tx, door.book, id),
        brigade=id,
        hands=door.form.number("hands") or 0,
        hours=door.form.number("hours") or 0,
        today=today(door),
    )
    door.store.tidy_soon()
    return _back(door)


def call_off(door: KeeperDoor) -> Response:
    """Call it off; who signed up is forgotten. Refuses what `rules.call_off` does."""
    id = _brigade(door)[1].id
    record(
        door,
        rules.call_off,
        done=lambda s: _ended(s, id, "called_off"),
        said={"reason": words(door, "reason")},
        then=lambda tx, _: brigades.forget_hands(tx, door.book, id),
        brigade=id,
    )
    door.store.tidy_soon()
    return _back(door)


# Who comes


def desk(door: KeeperDoor) -> Response:
    """Sign somebody up at the desk, by their number. Refuses member.unknown, and what `brigades.sign_up` does."""
    id, member = _brigade(door)[1].id, door.form.line("member")

    def job(tx: Transaction) -> None:
        register.must(tx.connection, door.book, member)
        brigades.sign_up(tx, forms.state_in(door, tx), id, member)

    door.write(job)
    return _back(door)


def desk_out(door: KeeperDoor) -> Response:
    """Take somebody off, who said so at the desk."""
    id, member = _brigade(door)[1].id, door.form.line("member")
    door.write(lambda tx: brigades.take_back(tx, door.book, id, member))
    return _back(door)


def listing(door: MemberDoor) -> Response:
    """The brigades that are still to come, for whoever has a card. Refuses member.card_needed."""
    own = door.own
    with door.store.read() as connection:
        found = [
            (called(door, connection, brigade, {}), brigades.comes(connection, door.book, brigade.id, own.member))
            for project in door.state.projects.values()
            for brigade in project.brigades.values()
            if brigade.status == "called"
        ]
    return door.page("projects/brigades.html", brigades=sorted(found, key=lambda pair: pair[0].brigade.date))


def show(door: MemberDoor) -> Response:
    """One brigade, with the button to sign up. Refuses member.card_needed, brigade.unknown."""
    own = door.own
    project, brigade = _brigade(door)
    with door.store.read() as connection:
        return door.page(
            "projects/brigade.html",
            c=called(door, connection, brigade, {}),
            title=texts.read(connection, project.title),
            project=project,
            comes=brigades.comes(connection, door.book, brigade.id, own.member),
            today=today(door),
        )


def sign_up(door: MemberDoor) -> Response:
    """Say that I come. Refuses member.card_needed, and what `brigades.sign_up` does."""
    own, id = door.own, _brigade(door)[1].id
    door.write(lambda tx: brigades.sign_up(tx, forms.state_in(door, tx), id, own.member))
    return door.go(f"/g/{door.book}/brigades/{id}")


def take_back(door: MemberDoor) -> Response:
    """Say that I do not come after all. Refuses member.card_needed, brigade.unknown."""
    own, id = door.own, _brigade(door)[1].id
    door.write(lambda tx: brigades.take_back(tx, door.book, id, own.member))
    return door.go(f"/g/{door.book}/brigades/{id}")

"""Projects on the board and on their pages, from a decision to their close; brigades with sign-up."""

from __future__ import annotations

import pytest
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.works import BLOCK, BRIGADE, DECISION, OTHER, PHASES, PIPES, STEP, Works, photo, text

from comuna.store import brigades


@pytest.fixture
def works(site: Site) -> Works:
    return Works(site)


def test_an_empty_board_says_what_to_do(works: Works) -> None:
    page = works.read("projects")
    assert "A project begins with a decision of the assembly" in text(page)
    assert page.select_one("a[href$='/projects/new']")


def test_a_project_begins_from_a_decision_and_stands_on_the_board(works: Works) -> None:
    works.begin()
    works.begin()  # sent twice, begun once
    assert len(works.state.projects) == 1
    found = works.state.projects[PIPES]
    assert (found.amount, found.currency, found.decision) == (125050, "USD", DECISION)
    board = works.read("projects")
    assert "New pipes" in text(board, "#column-decided ~ ul")
    assert "It waits for the assembly to approve the diagnosis." in text(board, ".project-status")
    page = works.read(f"projects/{PIPES}")
    assert "Paid by: Ministry of Water." in text(page)
    assert "$1,250.50" in text(page)
    assert [li["class"][1] for li in page.select(".phase")] == ["next", "ahead", "ahead", "ahead", "ahead"]


def test_what_is_missing_is_said_and_nothing_is_begun(works: Works) -> None:
    works.post("projects/new", 409, project=PIPES, decision="", title="x", purpose="y", unit="finance", pays="own")
    works.post("projects/new", 400, project=PIPES, decision=DECISION, title="", purpose="y", unit="finance", pays="own")
    works.post("projects/new", 400, project=PIPES, decision=DECISION, title="x", purpose="y", unit="finance")
    both = {"pays": "own", "funder": "Ministry"}
    works.post("projects/new", 400, project=PIPES, decision=DECISION, title="x", purpose="y", unit="finance", **both)
    assert works.state.projects.get(PIPES) is None


def test_phases_are_approved_in_order_each_with_its_decision(works: Works) -> None:
    works.begin()
    works.post(f"projects/{PIPES}/approve", 409, phase="plan", decision=DECISION)
    works.post(f"projects/{PIPES}/approve", 409, phase="diagnosis", decision=an_id(999))
    works.approve("diagnosis", "plan", "plan")
    assert works.state.projects[PIPES].phase == "plan"
    page = works.read(f"projects/{PIPES}")
    assert [li["class"][1] for li in page.select(".phase")] == ["done", "now", "next", "ahead", "ahead"]
    assert page.select_one(".phase a")["href"].endswith("/decisions#decision-1")
    assert "New pipes" in text(works.read("projects"), "#column-plan ~ ul")


def test_steps_have_an_owner_and_a_day_and_count_in_percent(works: Works) -> None:
    works.begin()
    ines = works.enrol("Inés Soto")
    works.plan()
    works.plan(an_id(411), text="Lay the pipes", unit="", member=ines.member, due="")
    works.plan(an_id(412), text="Close the trench", due="2027-06-01")
    works.post(f"projects/{PIPES}/plan", 404, step=an_id(414), text="x", member="9999")
    works.post(f"projects/{PIPES}/plan", 400, step=an_id(414), text="x", member=ines.member, unit="finance")
    works.clock.forward(days=3)
    board = text(works.read("projects"), ".project-card")
    assert "Overdue by 3 days: Dig the trench (Finance)." in board
    assert "0 of 3 steps done" in board
    works.post(f"projects/{PIPES}/done", files={"photo": photo()}, step=STEP, report="Two days of digging.")
    page = works.read(f"projects/{PIPES}")
    assert works.state.projects[PIPES].percent == 33
    assert "1 of 3 steps done (33 %)" in text(page)
    assert f"Inés Soto ({ines.member})" in text(page, ".step-list")
    image = page.select_one(".step-photo")["src"]
    assert works.rosa_browser.get(image).headers["content-type"] == "image/jpeg"
    works.post(f"projects/{PIPES}/done", step=STEP)  # sent twice
    works.post(f"projects/{PIPES}/reopen", step=STEP, reason="It fell in.")
    assert works.state.projects[PIPES].percent == 0
    works.post(f"projects/{PIPES}/drop", step=STEP)
    works.post(f"projects/{PIPES}/drop", step=STEP)
    assert len(works.state.projects[PIPES].planned) == 2


def test_what_blocks_it_who_and_since_when_is_in_plain_sight(works: Works) -> None:
    works.begin()
    said = {"block": BLOCK, "text": "The permit is missing", "since": works.today}
    works.post(f"projects/{PIPES}/block", 400, **said)
    works.post(f"projects/{PIPES}/block", 400, **said, unit="finance", holder="Mayor’s office")
    works.post(f"projects/{PIPES}/block", **said, holder="Mayor’s office")
    works.clock.forward(days=12)
    board = text(works.read("projects"))
    assert "Held up for 12 days by Mayor’s office." in board
    assert "1 held up" in board
    works.post(f"projects/{PIPES}/unblock", block=BLOCK, text="It came by post.")
    assert "Held up" not in text(works.read("projects"))
    assert "Days that it took: 12." in text(works.read(f"projects/{PIPES}"), ".history")


def test_progress_is_a_strip_of_photos(works: Works) -> None:
    works.begin()
    works.post(f"projects/{PIPES}/progress", 400, moment="during")
    works.post(f"projects/{PIPES}/progress", 400, moment="never", text="x")
    works.post(
        f"projects/{PIPES}/progress", moment="before", text="A leak at the corner", files={"photo": photo()}, seen=0
    )
    works.post(
        f"projects/{PIPES}/progress", moment="before", text="A leak at the corner", files={"photo": photo()}, seen=0
    )
    works.post(f"projects/{PIPES}/progress", moment="after", text="Dry.", seen=1)
    page = works.read(f"projects/{PIPES}")
    assert [text_.text for text_ in page.select(".strip .tag")] == ["before", "after"]
    assert page.select_one(".strip img")["alt"] == "A leak at the corner"
    assert works.read("projects").select_one(".project-photo")


def test_the_purpose_changes_only_with_a_decision_and_the_funders_consent(works: Works) -> None:
    works.begin()
    asked = {"purpose": "Water for the school", "decision": OTHER, "consented": works.today, "consent": "We agree."}
    for missing, status in (("decision", 409), ("consent", 409), ("consented", 409)):
        page = works.post(f"projects/{PIPES}/purpose", status, **{**asked, missing: ""}, seen=1)
        assert "consent of whoever funds it" in page or "needs a decision" in page
    assert len(works.state.projects[PIPES].purposes) == 1
    works.post(f"projects/{PIPES}/purpose", **asked, seen=1, files={"voucher": photo("white")})
    works.post(f"projects/{PIPES}/purpose", **asked, seen=1)
    purposes = works.state.projects[PIPES].purposes
    assert len(purposes) == 2
    page = text(works.read(f"projects/{PIPES}"), "main")
    assert "Water for the school" in page
    assert "Before, it was for: Water for the upper street." in page
    assert "We agree." in page


def test_a_project_is_closed_after_all_phases_and_names_what_is_open(works: Works) -> None:
    works.begin()
    works.plan()
    works.post(f"projects/{PIPES}/close", 409, decision=OTHER)
    works.approve(*PHASES)
    assert "These steps are open" in text(works.read(f"projects/{PIPES}"))
    works.post(f"projects/{PIPES}/close", decision=OTHER)
    works.post(f"projects/{PIPES}/close", decision=OTHER)
    found = works.state.projects[PIPES]
    assert (found.status, found.open, found.ended_by) == ("closed", (STEP,), OTHER)
    works.post(f"projects/{PIPES}/plan", 409, step=an_id(450), text="x", unit="finance")
    page = works.read("projects")
    assert "Closed on" in text(page, ".over-list")
    assert "1 step was left open" in text(works.read(f"projects/{PIPES}"))


def test_a_project_is_given_up_with_a_reason(works: Works) -> None:
    works.begin()
    works.post(f"projects/{PIPES}/give-up", 400, decision=OTHER)
    works.post(f"projects/{PIPES}/give-up", decision=OTHER, reason="The money never came.")
    assert "The money never came." in text(works.read(f"projects/{PIPES}"))
    assert "Given up on" in text(works.read("projects"), ".over-list")


# Brigades


def call(works: Works, status: int = 200, **changes: object) -> str:
    data = {
        "brigade": BRIGADE, "date": "2026-12-20", "place": "The school gate, 8 o’clock", "tasks": "Dig the trench",
        "hands": 12, "materials": "40 bags of cement\n6 shovels",
    }  # fmt: skip
    return works.post(f"projects/{PIPES}/brigades", status, **{**data, **changes})


def test_people_sign_up_by_card_or_at_the_desk_and_are_forgotten_afterwards(works: Works) -> None:
    works.begin()
    call(works)
    call(works)
    ines, amaru = works.enrol("Inés Soto"), works.enrol("Amaru Paz", "2")
    phone = works.phone(ines)
    assert "Work brigades to sign up for" in text(works.read("me", phone))
    assert "Dig the trench" in text(works.read("brigades", phone))
    page = works.read(f"brigades/{BRIGADE}", phone)
    assert "0 of 12 hands needed have signed up" in text(page)
    for _ in range(2):
        phone.post(works.at(f"brigades/{BRIGADE}/sign-up"))
    assert "You said that you come." in text(works.read(f"brigades/{BRIGADE}", phone))
    works.post(f"brigades/{BRIGADE}/desk", member=amaru.member)
    works.post(f"brigades/{BRIGADE}/desk", 404, member="9999")
    page = text(works.read(f"projects/{PIPES}"), ".brigade")
    assert "2 of 12 hands needed have signed up" in page
    assert "Inés Soto" in page
    assert "Inés" not in text(works.read(f"brigades/{BRIGADE}", works.phone(amaru)))
    works.post(f"brigades/{BRIGADE}/desk/take-back", member=amaru.member)
    works.post(f"brigades/{BRIGADE}/materials", there=["40", "2"])
    assert "4 missing" in text(works.read(f"projects/{PIPES}"), ".materials")
    works.post(f"brigades/{BRIGADE}/held", 409, hands=11, hours=5)
    works.clock.until("2026-12-20T20:00:00Z")
    works.post(f"brigades/{BRIGADE}/held", 400, hands=0, hours=5)
    works.post(f"brigades/{BRIGADE}/held", hands=11, hours=5)
    works.post(f"brigades/{BRIGADE}/held", hands=11, hours=5)
    with works.store.read() as connection:
        assert brigades.hands(connection, works.book, BRIGADE) == []
    found = works.state.projects[PIPES].brigades[BRIGADE]
    assert (found.status, found.came, found.hours) == ("held", 11, 5)
    assert "11 pairs of hands, 5 hours each" in text(works.read(f"projects/{PIPES}"), ".brigade")
    refused = phone.post(works.at(f"brigades/{BRIGADE}/sign-up"))
    assert refused.status_code == 409


def test_a_brigade_is_called_off_and_a_list_that_cannot_be_read_is_said(works: Works) -> None:
    works.begin()
    assert "some cement" in call(works, 400, materials="some cement")
    call(works, 400, date="2026-11-01")
    call(works)
    works.post(f"projects/{PIPES}/give-up", 409, decision=OTHER, reason="x")
    ines = works.enrol("Inés Soto")
    phone = works.phone(ines)
    phone.post(works.at(f"brigades/{BRIGADE}/sign-up"))
    phone.post(works.at(f"brigades/{BRIGADE}/take-back"))
    phone.post(works.at(f"brigades/{BRIGADE}/sign-up"))
    works.post(f"brigades/{BRIGADE}/off", reason="Rain")
    assert works.state.projects[PIPES].brigades[BRIGADE].status == "called_off"
    with works.store.read() as connection:
        assert brigades.counts(connection, works.book) == {}


def test_whoever_leaves_the_register_comes_to_no_brigade(works: Works) -> None:
    works.begin()
    call(works)
    ines = works.enrol("Inés Soto")
    works.phone(ines).post(works.at(f"brigades/{BRIGADE}/sign-up"))
    works.post(f"register/member/{ines.member}/erase", sure="1")
    with works.store.read() as connection:
        assert brigades.counts(connection, works.book) == {}


# Who sees what


def test_strangers_see_no_board_until_the_book_is_public(works: Works) -> None:
    works.begin()
    phone = works.phone(works.enrol("Inés Soto"))
    assert phone.get(works.at("projects")).status_code == 200
    assert works.site.visitor().get(works.at("projects")).status_code == 403
    assert phone.get(works.at("brigades")).status_code == 200
    assert works.site.visitor().get(works.at("brigades")).status_code == 403
    assert works.site.visitor().post(works.at("projects/new"), data={}).status_code in (401, 403)
    works.rosa_browser.post(f"/b/{works.book}/keeping/publish")
    visitor = works.site.visitor()
    assert "New pipes" in text(works.read("projects", visitor))
    page = works.read(f"projects/{PIPES}", visitor)
    assert not page.select("main form")

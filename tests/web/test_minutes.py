"""The minutes of an assembly on a page, on paper and as Markdown: for members, a draft until they are approved."""

from __future__ import annotations

import io

import pypdf
import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.rules.assemblies import rule
from tests.web.conftest import Site
from tests.web.council import CHARTER, FIRST, INES, NOOR, SECOND, Council

from comuna.rules import approval, custody, motion

PATH = f"/s/{FIRST}/minutes"


@pytest.fixture
def council(site: Site) -> Council:
    """A council that decided about its pump and elected its finance unit."""
    made = Council(site)
    made.name(INES, "Inés Soto")
    made.call()
    made.open()
    pump = made.move(301, "Repair the pump before the rains.")
    made.hands(made.ask(302, pump), 42, 30, 8)
    made.decide(303, pump, owner="The water committee", due="2027-01-15")
    for each in (INES, NOOR):
        made.stand(each)
    made.elect(304, {INES: 41, NOOR: 30}, (INES,), (NOOR,))
    return made


def page(client: TestClient, path: str = PATH) -> BeautifulSoup:
    """The page, as a browser has it."""
    found = client.get(path)
    assert found.status_code == 200, found.text
    return BeautifulSoup(found.text, "lxml")


def pdf(client: TestClient, query: str = "") -> list[str]:
    """The pages of the PDF, each as its text."""
    found = client.get(f"{PATH}.pdf{query}")
    assert found.status_code == 200
    return [" ".join(p.extract_text().split()) for p in pypdf.PdfReader(io.BytesIO(found.content)).pages]


def test_the_decision_is_boxed_and_the_vote_says_why(site: Site, council: Council):
    found = page(site.rosa())
    box = found.select_one(".decision")
    assert box.select_one(".decision-words").text == "Repair the pump before the rains."
    assert "The water committee sees to it by January 15, 2027." in box.text
    why = found.select_one(".ballot.adopted .why").text
    assert why == "42 of the 80 present were in favour; more than half, 41, were needed."
    drawn = found.select_one(".ballot.adopted svg title").text
    assert drawn == "The count: 42 yes, 30 no, 8 abstaining. The threshold was 41."
    assert "Elected: Inés Soto (2001). Alternates, in this order: 2003." in found.text
    assert found.select_one(".seal .qr"), "the proof is a code to scan"


@pytest.mark.parametrize("form", ["", ".md", ".pdf"])
def test_only_members_read_them_until_the_book_is_public(site: Site, council: Council, form: str):
    assert site.visitor().get(PATH + form).status_code == 403
    assert "for its members" in site.visitor().get(PATH + form).text
    council.act(lambda s: custody.publish(s, by=council.rosa))
    found = site.visitor().get(PATH + form)
    assert found.status_code == 200
    if form != ".pdf":
        assert "2001" in found.text
        assert "Inés" not in found.text, "names are for members"


def test_a_session_that_was_not_convened_has_no_minutes(site: Site):
    refused = site.rosa().get(f"{site.path}/minutes")
    assert refused.status_code == 409
    assert "not convened as an assembly" in refused.text
    assert f'href="{site.path}/minutes"' not in site.rosa().get(site.path).text


def test_the_pdf_says_draft_on_every_page_until_they_are_approved(site: Site, council: Council):
    rosa = site.rosa()
    pages = pdf(rosa)
    assert all("Draft, not yet approved" in each for each in pages)
    assert "42 of the 80 present were in favour" in " ".join(pages)
    for unit in ("finance", "control"):
        council.act(lambda s, unit=unit: approval.sign(s, by=council.rosa, gathering=FIRST, unit=unit))
    council.act(lambda s: approval.approve(s, by=council.rosa, gathering=FIRST, approved_at=FIRST))
    assert not any("Draft" in each for each in pdf(rosa))
    assert "draft" not in page(rosa).select_one(".minutes-head").text.lower()


def test_the_pdf_comes_in_a4_and_letter_in_both_languages(site: Site, council: Council):
    rosa = site.rosa()
    sizes = set()
    for paper in ("a4", "letter", "napkin"):
        reader = pypdf.PdfReader(io.BytesIO(rosa.get(f"{PATH}.pdf?paper={paper}").content))
        sizes.add(tuple(round(float(side)) for side in reader.pages[0].mediabox[2:]))
    assert sizes == {(595, 842), (612, 792)}
    assert "Borrador" in pdf(rosa, "?language=es")[0]
    assert "Decision 1" in rosa.get(f"{PATH}.md").text


def test_a_correction_stands_beside_its_act_and_is_recorded_once(site: Site, council: Council):
    rosa = site.rosa()
    before = council.state.size
    acts = [int(each["id"].removeprefix("act-")) for each in page(rosa).select(".numbered li")]
    sent = {"about": str(acts[3]), "text": "41 voted in favour, not 42."}
    for _ in range(2):
        assert rosa.post(f"{PATH}/correct", data=sent).status_code == 200
    assert council.state.size == before + 1
    corrections = page(rosa).select(".correction")
    assert len(corrections) == 2, "where it belongs, and in the list"
    assert f"Correction of act {acts[3]}" in corrections[0].text
    assert rosa.post(f"{PATH}/correct", data={"text": " "}).status_code == 400
    assert rosa.post(f"{PATH}/correct", data={"text": "x", "about": "99999"}).status_code == 404
    assert rosa.post(f"{PATH}/correct", data={"text": "x" * 2001}).status_code == 400
    assert site.visitor().post(f"{PATH}/correct", data=sent).status_code in (401, 403)


def test_offices_sign_once_and_then_it_can_be_approved_where_the_charter_leaves_it_open(site: Site, council: Council):
    rosa = site.rosa()
    for _ in range(2):
        rosa.post(f"{PATH}/sign", data={"unit": "finance"})
    assert council.state.signed[FIRST] == ("finance",)
    for unknown in ("nobody", "finance/", "finance/ ", "finance//"):
        assert rosa.post(f"{PATH}/sign", data={"unit": unknown}).status_code == 400
    assert council.state.signed[FIRST] == ("finance",)
    assert "signed on" in page(rosa).select_one(".signatures").text
    for _ in range(2):
        assert rosa.post(f"{PATH}/approve").status_code == 200
    assert council.state.minutes[FIRST] == FIRST
    assert not page(rosa).select(".doing"), "there is nothing left to be done"
    assert rosa.post(f"{PATH}/correct", data={"text": "Too late."}).status_code == 409


def test_where_the_charter_wants_signatures_all_of_them_come_first(site: Site):
    made = Council(site, CHARTER + rule("rules.minutes_approved_by", '"signatures"'))
    made.call()
    made.open()
    rosa = site.rosa()
    refused = rosa.post(f"{PATH}/approve")
    assert refused.status_code == 409
    assert "have not all signed yet" in refused.text
    assert "once every office that the charter names has signed" in page(rosa).select_one(".doing").text
    for unit in ("finance", "control"):
        rosa.post(f"{PATH}/sign", data={"unit": unit})
    assert rosa.post(f"{PATH}/approve").status_code == 200
    assert made.state.minutes[FIRST] == FIRST


def test_where_the_charter_wants_a_vote_the_page_says_so(site: Site):
    made = Council(site, CHARTER + rule("rules.minutes_approved_by", '"next_gathering"'))
    made.call()
    made.open()
    rosa = site.rosa()
    assert "By the charter, the next assembly approves them." in page(rosa).text
    assert rosa.post(f"{PATH}/approve").status_code == 409


def test_minutes_of_a_closed_assembly_wait_for_one_that_is_open(site: Site, council: Council):
    council.close()
    rosa = site.rosa()
    assert "None is open now." in page(rosa).select_one(".doing").text
    assert rosa.post(f"{PATH}/approve").status_code == 409
    council.call(SECOND)
    council.open(SECOND)
    assert rosa.post(f"{PATH}/approve").status_code == 200
    assert "approved by the assembly of" in page(rosa).text
    assert "were approved here." in page(rosa, f"/s/{SECOND}/minutes").text


def test_a_decision_that_is_done_since_says_so(site: Site, council: Council):
    report = council.words("It runs since Tuesday.")
    council.act(lambda s: motion.finish(s, by=council.rosa, decision=an_id(303), report=report.ref), report)
    box = page(site.rosa()).select_one(".decision")
    assert "done" in box.select_one(".decision-number").text
    assert "It runs since Tuesday." in box.text


def test_the_proof_is_a_file_too(site: Site, council: Council):
    assert site.rosa().get(f"{PATH}/proof").text.startswith("c2sp.org/tlog-proof@v1")

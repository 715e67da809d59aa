"""What holds for every request: hosts, other sites, forged cookies, sizes, rates, headers."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.cast import AMARU, an_id
from tests.web.conftest import ORIGIN, URL, Site

from comuna.app import build
from comuna.settings import Settings
from comuna.store import people
from comuna.web.access import GUEST_COOKIE, ORGANISER_COOKIE
from comuna.web.rates import Rates
from comuna.web.routes import ROUTES


def test_a_post_from_another_site_does_nothing(site: Site):
    amaru = site.visitor()
    for headers in (
        {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ):
        for name in ORIGIN:
            amaru.headers.pop(name, None)
        refused = amaru.post(f"{site.path}/coming", data={"name": AMARU}, headers=headers)
        assert refused.status_code == 403, headers
        assert "from another site" in refused.text
    with site.world.store.read() as connection:
        assert people.count_coming(connection, site.world.gathering) == 0


def test_a_browser_that_says_nothing_of_its_origin_brings_no_cookie_in(site: Site):
    amaru = site.visitor()
    amaru.post(f"{site.path}/coming", data={"name": AMARU})
    for name in ORIGIN:
        amaru.headers.pop(name, None)
    assert amaru.post(f"{site.path}/coming/withdraw").status_code == 403
    assert AMARU in amaru.get(site.path).text


def test_a_name_that_is_not_ours_is_not_answered(site: Site):
    assert site.visitor().get("/", headers={"host": "evil.example"}).status_code == 400
    assert site.visitor().get("/", headers={"host": "192.168.4.7:8000"}).status_code == 200
    assert site.visitor().get("/", headers={"host": "localhost"}).status_code == 200


@pytest.mark.parametrize("cookie", [ORGANISER_COOKIE, GUEST_COOKIE])
@pytest.mark.parametrize("key", ["forged", "a" * 32, "' OR 1=1 --", "%00"])
def test_a_forged_cookie_opens_nothing(site: Site, cookie: str, key: str):
    visitor = site.visitor()
    visitor.cookies.set(cookie, key)
    page = visitor.get(site.path)
    assert page.status_code == 200
    assert "meet.example.org" not in page.text
    assert visitor.get(f"{site.path}/people").status_code == 403


def test_a_participants_key_opens_only_its_own_gathering(site: Site):
    _, key = site.world.join(AMARU)
    other = site.world.call("c" * 26)
    visitor = site.visitor()
    visitor.cookies.set(GUEST_COOKIE, key)
    assert f"See you there, {AMARU}" in visitor.get(site.path).text
    assert AMARU not in visitor.get(f"/s/{other}").text


def test_an_organisers_key_is_no_participants_key_and_the_other_way_round(site: Site):
    _, key = site.world.join(AMARU)
    visitor = site.visitor()
    visitor.cookies.set(ORGANISER_COOKIE, key)
    assert visitor.get("/organiser").status_code == 403


def test_every_answer_carries_the_headers_that_protect(site: Site):
    visitor = site.visitor()
    for path in ("/", site.path, "/nowhere", "/static/comuna.css"):
        headers = visitor.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert visitor.get(site.path).headers["cache-control"] == "no-store"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site: Site):
    answer = site.visitor().post(f"{site.path}/coming", data={"name": AMARU}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"path={site.path}" in cookie


def test_a_form_without_end_is_cut_off(site: Site):
    def endless():
        for _ in range(80):
            yield b"a" * 100_000

    refused = site.visitor().post(
        f"{site.path}/coming", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert refused.status_code == 413


def test_what_was_written_comes_back_with_a_refusal(site: Site):
    words = "a" * 100
    refused = site.visitor().post(f"{site.path}/coming", data={"name": words})
    assert refused.status_code == 400
    assert words in refused.text
    assert "Send again" in refused.text


def test_text_that_is_no_unicode_is_refused(site: Site):
    refused = site.visitor().post(
        f"{site.path}/coming",
        content=b"name=%ED%A0%80%FF",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert refused.status_code in (200, 400)
    assert "went wrong" not in refused.text


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded; charset=UTF-8"]
)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"name=Ana%C3%AFs+Paz", "Anaïs Paz"),
        (b"name=first&name=last", "last"),
        (b"&&name=a%26b%3Dc&", "a&amp;b=c"),
        (b"name=a;b", "a;b"),
        (b"name==", "="),
    ],
)
def test_a_form_is_read_as_browsers_write_it(site: Site, kind: str, body: bytes, said: str):
    visitor = site.visitor()
    visitor.post(f"{site.path}/coming", content=body, headers={"content-type": kind})
    assert said in visitor.get(site.path).text


def test_a_form_of_too_many_fields_is_not_read(site: Site):
    refused = site.visitor().post(f"{site.path}/coming", data={f"f{n}": "x" for n in range(501)})
    assert refused.status_code == 400
    assert "could not be read" in refused.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nowhere"), ("POST", "/nowhere"), ("DELETE", "/"), ("PUT", "/j"), ("GET", "/static/no")],
)
def test_an_address_that_is_none_is_answered_with_a_page(site: Site, method: str, path: str):
    answer = site.visitor().request(method, path, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert "content-security-policy" in answer.headers
    said = site.visitor().request(method, path, headers={"sec-fetch-site": "none", "accept": "application/json"})
    assert said.json()["refused"] == "address.unknown"


def test_a_page_that_cannot_be_made_is_answered_with_one_that_says_so(site: Site, monkeypatch):
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("comuna.web.access.Door.__init__", fails)
    answer = site.visitor().get("/")
    assert answer.status_code == 500
    assert "<h1" in answer.text
    assert "content-security-policy" in answer.headers


def test_the_language_form_leads_nowhere_else(site: Site):
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""):
        answer = site.visitor().post("/language", data={"language": "es", "back": back}, follow_redirects=False)
        assert answer.headers["location"] == "/"


def test_too_many_writes_at_once_are_slowed_down_for_that_key_alone():
    rates = Rates()
    assert all(rates.allow("10.0.0.1", "one") for _ in range(Rates.PER_KEY))
    assert not rates.allow("10.0.0.1", "one")
    assert rates.allow("10.0.0.1", "another")


def test_a_link_that_works_once_is_not_used_up_by_looking(site: Site):
    key = site.world.store.write(lambda tx: people.key_for_account(tx, site.world.account, "once"))
    looking, coming, late = site.visitor(), site.visitor(), site.visitor()
    assert looking.get(f"/key/{key}").status_code == 200
    assert coming.post(f"/key/{key}").url.path == "/organiser"
    assert late.post(f"/key/{key}").status_code == 403
    assert late.get("/organiser").status_code == 403


def test_a_card_lets_in_again_and_again_also_when_typed_until_a_new_one_is_printed(site: Site):
    rosa = site.rosa()
    assert rosa.post("/organiser/card").content.startswith(b"%PDF")
    key = site.world.store.write(lambda tx: people.key_for_account(tx, site.world.account, "card"))
    typed = " ".join(key.upper()[at : at + 4] for at in range(0, len(key), 4))
    assert site.visitor().post("/key", data={"key": typed}).url.path == "/organiser"
    assert site.visitor().post("/key", data={"key": typed}).url.path == "/organiser"
    rosa.post("/organiser/card")
    assert site.visitor().post("/key", data={"key": typed}).status_code == 403


def test_signing_out_makes_the_browsers_key_worthless(site: Site):
    rosa = site.rosa()
    key = rosa.cookies[ORGANISER_COOKIE]
    rosa.post("/organiser/leave")
    again = site.visitor()
    again.cookies.set(ORGANISER_COOKIE, key)
    assert again.get("/organiser").status_code == 403


def test_a_form_in_a_charset_that_takes_minutes_to_decode_is_not_read(site: Site):
    body = b'--B\r\nContent-Disposition: form-data; name="name"\r\n\r\nx-a\r\n--B--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=B; charset=punycode"}
    refused = site.visitor().post(f"{site.path}/coming", content=body, headers=kind)
    assert refused.status_code == 400
    assert "could not be read" in refused.text


@pytest.mark.parametrize("header", [{"host": "[::1"}, {"host": "[]"}, {"origin": "http://[::1"}])
def test_headers_that_are_no_addresses_are_refused(site: Site, header: dict[str, str]):
    refused = site.visitor().post(f"{site.path}/coming", data={"name": AMARU}, headers=header)
    assert refused.status_code in (400, 403)
    assert "content-security-policy" in refused.headers


def test_the_rates_forget_whoever_is_longest_quiet():
    rates = Rates()
    for n in range(Rates.MOST + 10):
        rates.allow(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "a" * 40_000 if n < 3 else "")
    assert len(rates._buckets) <= Rates.MOST


@pytest.mark.parametrize("name", ["\u200b\u2060", "\u202e", "\ufeff \u200d"])
def test_a_name_nobody_can_see_is_no_name(site: Site, name: str):
    assert site.visitor().post(f"{site.path}/coming", data={"name": name}).status_code == 400


def test_printing_a_card_signs_out_every_other_browser(site: Site):
    rosa, thief = site.rosa(), site.rosa()
    assert thief.get("/organiser").status_code == 200
    rosa.post("/organiser/card")
    assert thief.get("/organiser").status_code == 403
    assert rosa.get("/organiser").status_code == 200


@pytest.mark.parametrize("path", ["/s/%00", "/g/%00", "/s/" + "a" * 26 + "%00", "/s/'--"])
def test_an_id_that_is_none_is_not_even_looked_for(site: Site, path: str):
    assert site.visitor().get(path).status_code == 404


def test_newcomers_from_one_address_are_slowed_down_also_with_cookies_that_open_nothing(site: Site, monkeypatch):
    monkeypatch.setattr(Rates, "PER_NEWCOMERS", 3)
    app = build(site.world.store, Settings(url=URL))
    statuses = []
    for n in range(5):
        browser = TestClient(app, base_url=URL, headers=ORIGIN, raise_server_exceptions=False)
        browser.cookies.set(GUEST_COOKIE, f"{n:052d}")
        data = {"entry": an_id(50 + n), "question": "q1", "words": "One more."}
        statuses.append(browser.post(f"{site.path}/discussion/answers", data=data).status_code)
    assert statuses == [200, 200, 200, 429, 429]


def test_characters_that_a_database_cannot_hold_are_dropped(site: Site):
    data = {"entry": an_id(60), "question": "q1", "words": "One\x00 more."}
    assert site.visitor().post(f"{site.path}/discussion/answers", data=data).status_code == 200
    assert "One more." in site.visitor().get(f"{site.path}/discussion").text


def test_no_address_stands_for_two_things():
    known = [(method, route.path) for route in ROUTES for method in route.methods or ()]
    assert sorted({each for each in known if known.count(each) > 1}) == []

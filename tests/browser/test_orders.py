"""An order placed in a real browser: GA4 hears of it as the client's and in the session it was."""

import time
from typing import NamedTuple

import pytest

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import FORM, request, tag
from tests.browser.site import Json

NOW = int(time.time())
CLIENT = f"1170316824.{NOW - 86_400}"
START = NOW - 600
GS1 = f"GS1.1.{START}.7.1.{NOW - 60}.60.0.0"
GS2 = f"GS2.1.s{START}$o7$g1$t{NOW - 60}$j60$l0$h0"
OLDER = f"GS2.1.s{START - 300}$o4$g1$t{NOW - 90}$j60$l0$h0"
CONTAINER = "_ga_LOCAL00001"


class Visit(NamedTuple):
    """What a browser holds, and the page it opens.

    Attributes:
        cookies: Name → value.
        page: The page.
    """

    cookies: dict[str, str]
    page: str


VISITS = {
    "GS1, a form": Visit({"_ga": f"GA1.1.{CLIENT}", CONTAINER: GS1}, FORM),
    "GS2, a request": Visit({"_ga": f"GA1.2.{CLIENT}", CONTAINER: GS2}, request()),
    "GS1, gtag, a form": Visit({"_ga": f"GA1.1.{CLIENT}", CONTAINER: GS1}, tag() + FORM),
    "GS2, gtag, a request": Visit({"_ga": f"GA1.1.{CLIENT}", CONTAINER: GS2}, tag() + request()),
    "gtag that is blocked": Visit(
        {"_ga": f"GA1.1.{CLIENT}", CONTAINER: GS2}, tag(script="") + request("{ wait: 200 }")
    ),
    "a prefix": Visit(
        {"shop_ga": f"GA1.1.{CLIENT}", f"shop{CONTAINER}": GS2, "_ga": "GA1.1.11.22"},
        request('{ cookiePrefix: "shop" }'),
    ),
    "several streams": Visit(
        {"_ga": f"GA1.1.{CLIENT}", "_ga_ZZZ": OLDER, CONTAINER: GS2, "_ga_AAA": OLDER}, FORM
    ),
    "another stream, named by the page": Visit(
        {"_ga": f"GA1.1.{CLIENT}", CONTAINER: OLDER, "_ga_OTHER": GS2},
        request('{ measurementId: "G-OTHER" }'),
    ),
    "an id of server-side tagging": Visit(
        {"_ga": "GA1.1.11.22", CONTAINER: GS2},
        tag(script=f'<script async src="/gtag.js" data-server-side-id="{CLIENT}"></script>')
        + FORM.replace("<script", '<script defer data-wait="5000"'),
    ),
}


def only(ga4: GA4, shopper: Shopper) -> Json:
    """Return the one request GA4 got about the newest order."""
    (body,) = ga4.about(shopper.order)
    return body


@pytest.mark.parametrize("visit", VISITS.values(), ids=VISITS.keys())
def test_the_event_is_tied_to_the_session(visit: Visit, shopper: Shopper, ga4: GA4) -> None:
    """Cookies of both formats, with the tag and without, by a form and by a request."""
    shopper.has(**visit.cookies)
    shopper.opens(visit.page)
    if "data-form" in visit.page:
        shopper.page.wait_for_selector("[name=ga_client_id]", state="attached")
    shopper.orders()

    body = only(ga4, shopper)
    params = body["events"][0]["params"]
    assert body["client_id"] == CLIENT
    assert (params["session_id"], params["session_number"]) == (START, 7)
    assert params["mp_attribution"] == "session"
    assert shopper.thrown == []


def test_a_first_visit_is_the_one_the_tag_began(shopper: Shopper, ga4: GA4) -> None:
    """No cookie at first: the tag writes them, and the order carries what it wrote."""
    shopper.opens(tag() + request())
    shopper.orders()

    body = only(ga4, shopper)
    cookies = {cookie["name"]: cookie["value"] for cookie in shopper.page.context.cookies()}
    assert cookies["_ga"] == f"GA1.1.{body['client_id']}"
    assert f"s{body['events'][0]['params']['session_id']}$" in cookies[CONTAINER]


def test_the_facts_of_the_page(shopper: Shopper, ga4: GA4) -> None:
    """The address without its fragment, the browser's name, and when it was seen.

    GA4 gets the campaign of the address, and nothing else of its query.
    """
    shopper.has(_ga=f"GA1.1.{CLIENT}", **{CONTAINER: GS2})
    shopper.opens(request(), at="/checkout?step=2&utm_source=news#card")
    sent = shopper.orders()

    address = f"{shopper.site.url}/checkout"
    assert sent["ga_page_location"] == f"{address}?step=2&utm_source=news"
    assert sent["ga_user_agent"] == shopper.page.evaluate("navigator.userAgent")
    assert 0 <= time.time() - int(sent["ga_captured_at"]) < 30
    page_location = only(ga4, shopper)["events"][0]["params"]["page_location"]
    assert page_location == f"{address}?utm_source=news"
    assert {"ga_consent_analytics", "ga_consent_ad_user_data"}.isdisjoint(sent)


@pytest.mark.parametrize("query", ["?mail=jane@example.com", "?m=a%40b.org", "?q=" + "x" * 300])
def test_a_query_that_looks_personal_or_is_too_long_is_left_out(
    query: str, shopper: Shopper
) -> None:
    """Stripe would refuse the payment for a value over 500 characters; GA4 wants no person."""
    shopper.opens(request(), at=f"/checkout{query}")

    assert shopper.orders()["ga_page_location"] == f"{shopper.site.url}/checkout"


def test_nothing_known_is_nothing_sent(shopper: Shopper, ga4: GA4) -> None:
    """No cookie and no tag: the order goes through, under an id made for it."""
    shopper.opens(FORM)
    sent = shopper.orders()

    assert {"ga_client_id", "ga_session_id", "ga_session_number"}.isdisjoint(sent)
    assert only(ga4, shopper)["events"][0]["params"]["mp_attribution"] == "generated"


def test_fields_of_the_shops_own_are_left_alone(shopper: Shopper) -> None:
    """A field that stands there is filled, others are made, the shop's keep their values."""
    shopper.has(_ga=f"GA1.1.{CLIENT}", **{CONTAINER: GS2})
    field = '<input type="hidden" name="{}" value="{}">'
    fields = field.format("ga_client_id", "") + field.format("ga_transaction_id", "ORD-1")
    shopper.opens(FORM.replace("<button>", f"{fields}<button>"))
    sent = shopper.orders()

    assert (sent["ga_client_id"], sent["ga_transaction_id"]) == (CLIENT, "ORD-1")
    assert shopper.page.locator("[name=ga_client_id]").count() == 0  # the page went on


def test_a_form_sent_by_a_script_carries_what_holds_then(shopper: Shopper) -> None:
    """A session that began after the page was filled is the one the order is in."""
    shopper.has(_ga=f"GA1.1.{CLIENT}", **{CONTAINER: OLDER})
    shopper.opens(FORM)
    shopper.page.wait_for_selector("[name=ga_session_id]", state="attached")
    shopper.has(**{CONTAINER: GS2})
    script = "() => Object.fromEntries(new FormData(document.querySelector('form')))"

    assert shopper.page.evaluate(script)["ga_session_id"] == str(START)
    assert shopper.orders()["ga_session_id"] == str(START)

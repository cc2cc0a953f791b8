"""A Payment Link in a page: whoever follows it carries the visit along."""

import json
import time
from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import SNIPPET, tag
from tests.guides.languages import in_python

NOW = int(time.time())
CLIENT = f"1170316824.{NOW - 86_400}"
COOKIES = {"_ga": f"GA1.1.{CLIENT}", "_ga_LOCAL00001": f"GS2.1.s{NOW - 600}$o7$g1$t{NOW - 60}"}
LINK = """
<a id="link" href="{href}" onclick="event.preventDefault()">Buy</a>
<script src="/ga4-payment-link.js"></script>
<script>ga4PaymentLink.carry(document.querySelector("a"), {{ wait: 200 }})</script>
"""
HREF = "https://buy.stripe.com/test_1?prefilled_promo_code=TEA"


def followed(shopper: Shopper) -> dict[str, list[str]]:
    """Return the parameters of the link once it was clicked."""
    shopper.page.click("a")
    href = shopper.page.evaluate("() => document.querySelector('a').href")
    assert href.startswith("https://buy.stripe.com/test_1?")
    return parse_qs(urlsplit(href).query)


def test_the_buyer_is_known(shopper: Shopper, ga4: GA4) -> None:
    """Stripe hands the reference on as it is, and the event is tied to the session."""
    shopper.has(**COOKIES)
    shopper.opens(SNIPPET + LINK.format(href=HREF))
    params = followed(shopper)
    (reference,) = params["client_reference_id"]
    placed = shopper.site.place({"client_reference_id": reference})

    assert params["prefilled_promo_code"] == ["TEA"]
    (body,) = ga4.about(placed.id)
    assert body["client_id"] == CLIENT
    assert body["events"][0]["params"]["session_id"] == NOW - 600
    assert shopper.thrown == []


def test_a_denial_travels_too(shopper: Shopper, ga4: GA4) -> None:
    """Without any id, so that the server sends nothing."""
    shopper.has(**COOKIES)
    denied = 'gtag("consent", "default", {analytics_storage: "denied"});'
    shopper.opens(tag(denied, script="") + SNIPPET + LINK.format(href=HREF))
    (reference,) = followed(shopper)["client_reference_id"]
    placed = shopper.site.place({"client_reference_id": reference})

    assert reference.startswith("ga4ctx1____")
    assert placed.answer["outcome"] == "withheld"
    assert ga4.about(placed.id) == []


def test_nobody_known_is_no_reference(shopper: Shopper) -> None:
    """The link stays as it is."""
    shopper.opens(SNIPPET + LINK.format(href=HREF))

    assert "client_reference_id" not in followed(shopper)


def test_the_browser_writes_what_the_server_writes(shopper: Shopper) -> None:
    """The same reference as the guides' code, whatever is known."""
    contexts = [
        {"ga_client_id": CLIENT},
        {"ga_client_id": "amp-Xy_3z~!", "ga_session_id": "1764000000", "ga_captured_at": "1"},
        {"ga_consent_analytics": "denied", "ga_consent_ad_user_data": "granted"},
        {"ga_client_id": "c" * 256},
        {"ga_user_agent": "x"},
    ]
    shopper.opens(SNIPPET + LINK.format(href=HREF))
    script = f"() => {json.dumps(contexts)}.map(ga4PaymentLink.reference)"

    expected = [in_python("payment_link", "client_reference", context) for context in contexts]
    assert shopper.page.evaluate(script) == expected

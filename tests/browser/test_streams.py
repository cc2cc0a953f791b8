"""Several streams of one site, and the ad's click: `ga4-streams.js` beside the snippet."""

import time
import uuid
from typing import Any, Final

import pytest

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import FORM, request, tag
from tools.stack import LocalStack

NOW: Final = int(time.time())
CLIENT: Final = f"1170316824.{NOW - 86_400}"
COOKIES: Final = {
    "_ga": f"GA1.1.{CLIENT}",
    "_ga_LOCAL00001": f"GS2.1.s{NOW - 600}$o7$g1$t{NOW - 60}",
    "_ga_OTHER1": f"GS2.1.s{NOW - 900}$o3$g1$t{NOW - 60}",
    "_ga_STRANGER": f"GS2.1.s{NOW - 950}$o2$g1$t{NOW - 60}",
}
IDS: Final = "G-LOCAL00001, G-OTHER1"
STREAMS: Final = '<script src="/ga4-streams.js"></script>'
ADS: Final = 'gtag("consent", "default", {analytics_storage: "granted", ad_storage: "%s"});'


def asked(shopper: Shopper, body: str = "", *, ids: str = IDS) -> dict[str, Any]:
    """Return what the snippet says on a page."""
    shopper.opens(body + STREAMS + request())
    found: dict[str, Any] = shopper.page.evaluate(
        f'() => ga4Context({{ measurementId: "{ids}", wait: 300 }})'
    )
    return found


def test_each_stream_s_session_has_a_key_of_its_own(shopper: Shopper) -> None:
    """And none stands for all of them: a session of another stream is never used."""
    shopper.has(**COOKIES)
    found = asked(shopper)

    sessions = {key: value for key, value in found.items() if "session" in key}
    assert found["ga_client_id"] == CLIENT
    assert sessions == {
        "ga_session_cookie_LOCAL00001": f"GS1.1.{NOW - 600}.7",
        "ga_session_cookie_OTHER1": f"GS1.1.{NOW - 900}.3",
    }
    assert shopper.thrown == []


def test_one_stream_is_as_without_the_script(shopper: Shopper) -> None:
    """Its session counts in every stream that the shop routes to."""
    shopper.has(**COOKIES)
    found = asked(shopper, ids="G-LOCAL00001")

    assert (found["ga_session_id"], found["ga_session_number"]) == (str(NOW - 600), "7")


def test_a_form_carries_them_to_the_order(shopper: Shopper, ga4: GA4) -> None:
    """The stack has one of the streams: its own session is joined."""
    shopper.has(**COOKIES)
    form = FORM.replace('data-measurement-id="G-LOCAL00001"', f'data-measurement-id="{IDS}"')
    shopper.opens(STREAMS + form)
    shopper.orders()

    (body,) = ga4.about(shopper.order)
    params = body["events"][0]["params"]
    assert (body["client_id"], params["session_id"]) == (CLIENT, NOW - 600)
    assert params["mp_attribution"] == "session"


def test_a_capture_carries_them_too(stack: LocalStack, shopper: Shopper, ga4: GA4) -> None:
    """As cookies by their names."""
    session = f"cs_test_a1{uuid.uuid4().hex}{uuid.uuid4().hex[:24]}"
    shopper.has(**COOKIES)
    shopper.opens(STREAMS + request())
    script = f"""([url, reference]) =>
      ga4Context.post(url, reference, {{ measurementId: "{IDS}", wait: 5000 }})"""

    assert shopper.page.evaluate(script, [stack.functions["context_capture"], session])
    placed = shopper.site.place({"session": session})
    (body,) = ga4.about(placed.id)
    assert body["events"][0]["params"]["session_id"] == NOW - 600


@pytest.mark.parametrize(
    ("ad_storage", "kept"), [("granted", True), ("denied", False), (None, False)]
)
def test_the_click_is_kept_where_ad_storage_is_granted(
    shopper: Shopper,
    ad_storage: str | None,
    kept: bool,  # noqa: FBT001 - a case
) -> None:
    """Until the checkout, some pages later; what is no click id is left out."""
    shopper.has(**COOKIES)
    said = tag(ADS % ad_storage, script="") if ad_storage else ""
    page = said + STREAMS + request()
    shopper.opens(page, at="/landing?gclid=Cj0KCQ_x-1&gad_source=1&gbraid=a%20b&utm_source=x")
    call = '() => ga4Context({ measurementId: "G-LOCAL00001", wait: 300 })'
    shopper.page.evaluate(call)
    shopper.opens(page)
    found = shopper.page.evaluate(call)

    clicks = {key: value for key, value in found.items() if key.startswith("ga_g")}
    assert clicks == ({"ga_gclid": "Cj0KCQ_x-1", "ga_gad_source": "1"} if kept else {})
    assert found.get("ga_consent_ad_storage") == ad_storage


def test_a_denial_of_analytics_leaves_nothing(shopper: Shopper) -> None:
    """Neither sessions nor the click."""
    shopper.has(**COOKIES)
    denied = 'gtag("consent", "default", {analytics_storage: "denied", ad_storage: "granted"});'
    found = asked(shopper, tag(denied, script=""))

    assert not any("session" in key or key.startswith("ga_g") for key in found)
    assert found["ga_consent_analytics"] == "denied"

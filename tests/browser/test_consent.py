"""Consent as the page knows it: waited for, passed on as it is, and never made up."""

import time

import pytest

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import FORM, request, tag
from tests.browser.site import Json

NOW = int(time.time())
CLIENT = f"1170316824.{NOW - 86_400}"
COOKIES = {"_ga": f"GA1.1.{CLIENT}", "_ga_LOCAL00001": f"GS2.1.s{NOW - 600}$o7$g1$t{NOW - 60}"}

GRANTED = '{analytics_storage: "granted", ad_user_data: "granted", ad_personalization: "denied"}'
DENIED = '{analytics_storage: "denied", ad_user_data: "denied", ad_personalization: "denied"}'
PENDING = DENIED.replace("}", ", wait_for_update: 500}")
IN_EUROPE = DENIED.replace("}", ', region: ["DE", "FR"]}')


def default(choices: str) -> str:
    """Return the command with which a page says what holds until the person has chosen."""
    return f'gtag("consent", "default", {choices});'


def update(choices: str, *, after_ms: int = 0) -> str:
    """Return the command that tells of a choice."""
    command = f'gtag("consent", "update", {choices});'
    return f"setTimeout(() => {{ {command} }}, {after_ms});" if after_ms else command


def is_withheld(shopper: Shopper, ga4: GA4, sent: Json) -> bool:
    """Tell whether the order left no trace at GA4, and no id left the browser."""
    ids = {"ga_client_id", "ga_session_id", "ga_session_number", "ga_user_agent"}
    return (
        sent["ga_consent_analytics"] == "denied"
        and ids.isdisjoint(sent)
        and shopper.answer["outcome"] == "withheld"
        and ga4.about(shopper.order) == []
    )


@pytest.mark.parametrize(
    ("said", "checkout"),
    [
        pytest.param(default(GRANTED), FORM, id="by default, a form"),
        pytest.param(default(GRANTED), request(), id="by default, a request"),
        pytest.param(default(DENIED) + update(GRANTED), FORM, id="by an update"),
        pytest.param(default(PENDING) + update(GRANTED, after_ms=150), FORM, id="later, a form"),
        pytest.param(
            default(PENDING) + update(GRANTED, after_ms=150), request(), id="later, a request"
        ),
        pytest.param(
            default(GRANTED) + default(IN_EUROPE) + update(GRANTED), request(), id="in a region"
        ),
    ],
)
def test_granted(said: str, checkout: str, shopper: Shopper, ga4: GA4) -> None:
    """The event is tied to the session, and says what was granted and what was not."""
    shopper.has(**COOKIES)
    shopper.opens(tag(said) + checkout)
    if checkout == FORM:
        shopper.page.wait_for_selector("[name=ga_client_id]", state="attached")
    shopper.orders()

    (body,) = ga4.about(shopper.order)
    assert body["client_id"] == CLIENT
    assert body["events"][0]["params"]["mp_attribution"] == "session"
    assert body["consent"] == {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"}


@pytest.mark.parametrize(
    ("said", "checkout"),
    [
        pytest.param(default(DENIED), FORM, id="by default, a form"),
        pytest.param(default(DENIED), request(), id="by default, a request"),
        pytest.param(default(GRANTED) + update(DENIED), FORM, id="by an update"),
        pytest.param(default(PENDING), request(), id="nobody chose while we waited"),
        pytest.param(default(PENDING), FORM, id="nobody chose at all"),
        pytest.param(default(GRANTED) + default(IN_EUROPE), request(), id="perhaps in a region"),
        pytest.param(default('{analytics_storage: "perhaps"}'), FORM, id="a word nobody knows"),
    ],
)
def test_denied(said: str, checkout: str, shopper: Shopper, ga4: GA4) -> None:
    """Old cookies or not: no id leaves the browser and no event leaves the server."""
    shopper.has(**COOKIES)
    shopper.opens(tag(said) + checkout)
    sent = shopper.orders()

    assert is_withheld(shopper, ga4, sent)
    assert shopper.thrown == []


def test_the_wait_for_a_choice_has_an_end(shopper: Shopper) -> None:
    """A banner nobody answers delays the order by the bound, not for good."""
    shopper.has(**COOKIES)
    shopper.opens(tag(default(PENDING)) + request("{ wait: 300 }"))
    milliseconds = shopper.page.evaluate(
        "async () => { const t = performance.now(); await ga4Context({ wait: 300 });"
        " return performance.now() - t }"
    )

    assert 300 <= milliseconds < 2000


def test_a_choice_made_after_the_form_was_filled(shopper: Shopper, ga4: GA4) -> None:
    """Granted at first and withdrawn on the page: the form goes without the ids it held."""
    shopper.has(**COOKIES)
    shopper.opens(tag(default(GRANTED)) + FORM)
    shopper.page.wait_for_selector("[name=ga_client_id]", state="attached")
    shopper.page.evaluate(f"() => {{ {update(DENIED)} }}")

    assert is_withheld(shopper, ga4, shopper.orders())


def test_a_grant_made_after_the_form_was_filled(shopper: Shopper, ga4: GA4) -> None:
    """Denied at first and granted on the page: the order is tied to its session."""
    shopper.has(**COOKIES)
    shopper.opens(tag(default(DENIED)) + FORM)
    shopper.page.wait_for_selector("[name=ga_consent_analytics]", state="attached")
    shopper.page.evaluate(f"() => {{ {update(GRANTED)} }}")
    shopper.orders()

    (body,) = ga4.about(shopper.order)
    assert body["client_id"] == CLIENT


@pytest.mark.parametrize(
    "consent",
    [
        pytest.param('{ analytics: "granted", ad_user_data: "denied" }', id="choices"),
        pytest.param(
            '() => ({ analytics_storage: "granted", ad_user_data: "denied" })', id="asked"
        ),
        pytest.param(
            '() => new Promise((done) => setTimeout(done, 100, { analytics: "granted",'
            ' ad_user_data: "denied" }))',
            id="promised",
        ),
        pytest.param("""'{"analytics": "granted", "ad_user_data": "denied"}'""", id="JSON"),
    ],
)
def test_the_pages_own_word_counts(consent: str, shopper: Shopper) -> None:
    """Where the page says it itself, consent mode is not asked."""
    shopper.has(**COOKIES)
    shopper.opens(tag(default(DENIED), script="") + request(f"{{ wait: 300, consent: {consent} }}"))
    sent = shopper.orders()

    assert sent["ga_client_id"] == CLIENT
    assert (sent["ga_consent_analytics"], sent["ga_consent_ad_user_data"]) == ("granted", "denied")
    assert "ga_consent_ad_personalization" not in sent


@pytest.mark.parametrize(
    "consent",
    [
        pytest.param("() => { throw new Error('no') }", id="throws"),
        pytest.param("() => new Promise(() => {})", id="never answers"),
        pytest.param("() => Promise.reject(new Error('no'))", id="fails"),
        pytest.param("() => undefined", id="says nothing"),
        pytest.param("() => 'yes'", id="says something else"),
        pytest.param("'not JSON'", id="not JSON"),
    ],
)
def test_a_page_that_does_not_answer_for_itself_has_no_consent(
    consent: str, shopper: Shopper, ga4: GA4
) -> None:
    """The person may have said no: nothing is measured, and the order goes through."""
    shopper.has(**COOKIES)
    shopper.opens(request(f"{{ wait: 200, consent: {consent} }}"))

    assert is_withheld(shopper, ga4, shopper.orders())
    assert shopper.thrown == []


def test_the_scripts_own_attribute_counts(shopper: Shopper) -> None:
    """A page that is made by a server can say it where it loads the snippet."""
    shopper.has(**COOKIES)
    said = """data-consent='{"analytics": "granted"}'"""
    shopper.opens(FORM.replace("data-form", f"{said} data-form"))

    assert shopper.orders()["ga_consent_analytics"] == "granted"


def test_arrays_are_no_commands(shopper: Shopper) -> None:
    """The tag takes only what `gtag()` pushed; what looks like it is not consent."""
    shopper.has(**COOKIES)
    before = f'<script>var dataLayer = [["consent", "default", {GRANTED}]]</script>'
    shopper.opens(before + request())

    assert "ga_consent_analytics" not in shopper.orders()

"""Pages and browsers that break things: the order always goes through, and nothing is thrown."""

import time
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import FORM, SNIPPET, request, tag
from tests.browser.site import Site

NOW = int(time.time())
CLIENT = f"1170316824.{NOW - 86_400}"
START = NOW - 600
COOKIES = {"_ga": f"GA1.1.{CLIENT}", "_ga_LOCAL00001": f"GS2.1.s{START}$o7$g1$t{NOW - 60}"}

PAGES = {
    "gtag throws": "function gtag() { throw new Error('gtag') }",
    "gtag never answers": "function gtag() {}",
    "gtag is no function": "var gtag = 5",
    "gtag answers twice and with odd things": """
        function gtag(get, id, field, told) { told({}); told("jane@example.com"); }""",
    "gtag answers with texts that are no ids": 'function gtag(...all) { all[3]("undefined"); }',
    "a frozen dataLayer": "var dataLayer = Object.freeze([]);",
    "a dataLayer of strange things": """
        var dataLayer = [null, undefined, 5, "consent", {}, [], new Map(), Symbol("s")];
        (function () { dataLayer.push(arguments) })("consent");
        (function () { dataLayer.push(arguments) })();""",
    "a polluted Object.prototype": """
        Object.prototype.analytics_storage = "granted";
        Object.prototype.analytics = "granted";
        Object.prototype.region = ["US"];
        Object.prototype.cookiePrefix = "evil";
        Object.prototype.ga_user_id = "evil";
        Object.prototype.wait_for_update = 60000;
        Object.prototype.consent = () => ({ analytics: "granted" });""",
    "a polluted Array.prototype": "Array.prototype.evil = () => {}; Array.prototype.first = 1;",
    "another Promise": """
        const Native = Promise;
        window.Promise = function (work) { return new Native(work) };
        Object.assign(window.Promise, { race: Native.race.bind(Native) });""",
    "a JSON that throws": 'JSON.parse = () => { throw new Error("JSON") };',
}


CHECKOUTS = cycle([FORM, request("{ wait: 300 }")])


@pytest.mark.parametrize(
    ("script", "checkout"), list(zip(PAGES.values(), CHECKOUTS, strict=False)), ids=PAGES.keys()
)
def test_a_hostile_page(script: str, checkout: str, shopper: Shopper, ga4: GA4) -> None:
    """The cookies are read all the same, and consent nobody gave is not made up."""
    shopper.has(**COOKIES)
    shopper.opens(f"<script>{script}</script>{checkout}")
    sent = shopper.orders()

    assert (sent["ga_client_id"], sent["ga_session_id"]) == (CLIENT, str(START))
    assert "ga_consent_analytics" not in sent
    assert "ga_user_id" not in sent
    (body,) = ga4.about(shopper.order)
    assert body["events"][0]["params"]["mp_attribution"] == "session"
    assert shopper.thrown == []


def test_fields_that_hide_the_forms_methods(shopper: Shopper) -> None:
    """A field named like a method of the form takes its place; the order goes through."""
    shopper.has(**COOKIES)
    names = "addEventListener appendChild querySelector".split()
    fields = "".join(f'<input type="hidden" name="{name}">' for name in names)
    shopper.opens(FORM.replace("<button>", f"{fields}<button>"))

    assert shopper.orders().keys() <= {*names, "ga_client_id"}
    assert shopper.thrown == []


@pytest.mark.parametrize(
    "trap",
    [
        pytest.param("get() { throw new Error('dataLayer') }", id="a getter that throws"),
        pytest.param(
            "value: [new Proxy({}, { get() { throw new Error('entry') } })]", id="a trap within"
        ),
    ],
)
def test_consent_that_cannot_be_read_is_none(trap: str, shopper: Shopper, ga4: GA4) -> None:
    """The person may have said no in what we could not read."""
    shopper.has(**COOKIES)
    script = f"<script>Object.defineProperty(window, 'dataLayer', {{ {trap} }})</script>"
    shopper.opens(script + request())

    assert shopper.orders().keys() == {"ga_consent_analytics", "ga_captured_at"}
    assert ga4.about(shopper.order) == []
    assert shopper.thrown == []


def test_blocked_storage(shopper: Shopper, ga4: GA4) -> None:
    """Reading a cookie throws, as where storage is blocked: the order goes without."""
    script = """<script>Object.defineProperty(Document.prototype, "cookie", {
      get() { throw new DOMException("denied", "SecurityError") } })</script>"""
    shopper.has(**COOKIES)
    shopper.opens(script + FORM)
    sent = shopper.orders()

    assert "ga_client_id" not in sent
    assert ga4.about(shopper.order)[0]["events"][0]["params"]["mp_attribution"] == "generated"
    assert shopper.thrown == []


def test_a_sandboxed_frame(shopper: Shopper) -> None:
    """A frame without an origin, where the browser itself refuses every cookie."""
    shopper.has(**COOKIES)
    shopper.site.pages["/frame"] = SNIPPET
    shopper.opens('<iframe sandbox="allow-scripts" src="/frame"></iframe>')
    frame = shopper.page.frames[1]
    frame.wait_for_function("() => window.ga4Context")
    found = frame.evaluate("() => ga4Context()")

    assert "ga_client_id" not in found
    assert found["ga_captured_at"]
    assert shopper.thrown == []


def test_no_id_that_gtag_says_under_denial_is_taken(shopper: Shopper) -> None:
    """Without consent the tag answers with an id of the page alone; nobody asks it."""
    asked = "gtag('consent', 'default', {analytics_storage: 'denied'});"
    shopper.opens(tag(asked) + request())

    assert shopper.orders().keys() == {"ga_consent_analytics", "ga_captured_at"}


def test_two_tabs_do_not_know_each_other(chromium: Browser, site: Site) -> None:
    """Each profile's order carries its own client."""
    sent = []
    for client in ("11.22", "33.44"):
        with chromium.new_context() as profile:
            visitor = Shopper(profile.new_page(), site)
            visitor.has(_ga=f"GA1.1.{client}")
            visitor.opens(request())
            sent.append(visitor.orders()["ga_client_id"])

    assert sent == ["11.22", "33.44"]

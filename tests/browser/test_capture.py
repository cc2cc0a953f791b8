"""The snippet's own post: `context_capture` takes it from the shop's pages, and from no others."""

import time
import uuid

import pytest

from tests.browser.conftest import GA4, Shopper
from tests.browser.pages import SNIPPET, STREAM, tag
from tools.ports import HOST
from tools.stack import LocalStack

NOW = int(time.time())
CLIENT = f"1170316824.{NOW - 86_400}"
COOKIES = {"_ga": f"GA1.1.{CLIENT}", "_ga_LOCAL00001": f"GS2.1.s{NOW - 600}$o7$g1$t{NOW - 60}"}


@pytest.fixture
def session() -> str:
    """The id of a Checkout session, which nobody can guess."""
    return f"cs_test_a1{uuid.uuid4().hex}{uuid.uuid4().hex[:24]}"


@pytest.fixture
def capture(stack: LocalStack) -> str:
    """Where contexts are posted to: another origin than the shop's."""
    return stack.functions["context_capture"]


def posted(shopper: Shopper, url: str, *references: str) -> bool:
    """Let the page post what it knows; tell what the snippet says of it."""
    script = f"""([url, references]) =>
      ga4Context.post(url, references, {{ measurementId: "{STREAM}", wait: 5000 }})"""
    found: bool = shopper.page.evaluate(script, [url, list(references)])
    return found


def test_the_order_is_tied_to_what_was_posted(
    session: str, capture: str, shopper: Shopper, ga4: GA4
) -> None:
    """Across origins, with a preflight; the payment itself says nothing of the visit."""
    asked = shopper.requests
    shopper.has(**COOKIES)
    shopper.opens(SNIPPET)

    assert posted(shopper, capture, session, str(uuid.uuid4()))
    placed = shopper.site.place({"session": session})
    (body,) = ga4.about(placed.id)
    params = body["events"][0]["params"]
    assert body["client_id"] == CLIENT
    assert (params["session_id"], params["session_number"]) == (NOW - 600, 7)
    assert params["mp_attribution"] == "session"
    (post,) = [request for request in asked if request.url.startswith(capture)]
    assert post.headers["content-type"] == "application/json"
    assert "cookie" not in post.all_headers()
    assert shopper.thrown == []


def test_a_denial_is_posted_too(session: str, capture: str, shopper: Shopper, ga4: GA4) -> None:
    """And holds, though the payment's own words are that nothing is known."""
    shopper.has(**COOKIES)
    denied = 'gtag("consent", "default", {analytics_storage: "denied"});'
    shopper.opens(tag(denied, script="") + SNIPPET)

    assert posted(shopper, capture, session)
    placed = shopper.site.place({"session": session})
    assert placed.answer["outcome"] == "withheld"
    assert ga4.about(placed.id) == []


def test_a_page_on_a_foreign_origin_is_refused(
    session: str, capture: str, shopper: Shopper, ga4: GA4
) -> None:
    """The same server under another name is another origin: nothing is stored."""
    shopper.opens(SNIPPET)
    foreign = shopper.site.url.replace(HOST, "localhost")
    shopper.page.context.add_cookies(
        [{"name": name, "value": value, "url": foreign} for name, value in COOKIES.items()]
    )
    shopper.page.goto(f"{foreign}/checkout")

    assert not posted(shopper, capture, session)
    placed = shopper.site.place({"session": session})
    assert ga4.about(placed.id)[0]["events"][0]["params"]["mp_attribution"] == "generated"
    assert shopper.thrown == []


@pytest.mark.parametrize("where", ["http://127.0.0.1:9", "http://[", "javascript:0"])
def test_a_post_that_cannot_be_made_is_told(where: str, shopper: Shopper) -> None:
    """The promise says no; it does not fail, and nothing reaches the page."""
    shopper.has(**COOKIES)
    shopper.opens(SNIPPET)

    assert not posted(shopper, where, "cs_test_1")
    assert shopper.thrown == []


def test_a_fetch_that_was_tampered_with_is_told(capture: str, shopper: Shopper) -> None:
    """As one that failed."""
    shopper.has(**COOKIES)
    shopper.opens(f"<script>fetch = () => {{ throw new Error('no') }}</script>{SNIPPET}")

    assert not posted(shopper, capture, "cs_test_1")
    assert shopper.thrown == []


def test_nothing_known_is_not_posted(session: str, capture: str, shopper: Shopper) -> None:
    """An empty first capture would stand in the way of a better one."""
    asked = shopper.requests
    shopper.opens(SNIPPET)

    assert not posted(shopper, capture, session)
    assert [request for request in asked if request.url.startswith(capture)] == []

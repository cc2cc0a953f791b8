"""A row opens into the whole way of its delivery; keys and links lead there."""

from playwright.sync_api import expect

from tests.functions import stripe_events
from tests.page.conftest import Screen, Shop, stripe
from tools.trigger.deliveries import Terms

STEPS = ["Delivery", "Event", "Context", "GA4 request", "Verdict", "Ledger", "Answer"]


def test_the_whole_way_of_a_purchase(screen: Screen, shop: Shop) -> None:
    """From the delivery to the answer, each step with what it is known by."""
    shop.sends("stripe.checkout", Terms(client_id="1170316824.1700000000"))
    detail = screen.opened(screen.row("delivered"))

    assert detail.get_by_role("heading", level=3).all_inner_texts() == STEPS
    expect(screen.step("Delivery")).to_contain_text("checkout.session.completed")
    expect(screen.step("Event")).to_contain_text("18.00 EUR")
    expect(screen.step("Context")).to_contain_text("the session of the browser that paid")
    expect(screen.step("Context")).to_contain_text("1170316824.1700000000")
    expect(screen.step("GA4 request").locator("pre")).to_contain_text('"name": "purchase"')
    expect(screen.step("Verdict")).to_contain_text("GA4 takes it.")
    expect(screen.step("Ledger")).to_contain_text("attempts\n1", use_inner_text=True)
    expect(screen.step("Answer")).to_contain_text("200")


def test_findings_lead_to_google_s_page(screen: Screen, shop: Shop) -> None:
    """Each with its rule; the link leaves nothing of this page behind."""
    shop.sends("stripe.checkout")
    screen.opened(screen.row("stripe", "delivered"))

    finding = screen.step("Verdict").get_by_role("listitem").first
    expect(finding).to_contain_text("items")
    link = finding.get_by_role("link")
    assert (link.get_attribute("href") or "").startswith("https://developers.google.com/")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_why_something_was_not_sent(screen: Screen, shop: Shop) -> None:
    """An ignored event has no further steps; a withheld one has its entry."""
    event = stripe_events.event({"object": "customer", "id": "cus_1"}, "customer.created")
    shop.posts(stripe(event))
    shop.sends("stripe.checkout", Terms(is_denied=True))

    detail = screen.opened(screen.row("ignored"))
    assert detail.get_by_role("heading", level=3).all_inner_texts() == [
        "Delivery",
        "Event",
        "Answer",
    ]
    expect(screen.step("Event")).to_contain_text("It becomes no event of GA4.")
    screen.opened(screen.row("withheld"))
    expect(screen.step("Ledger")).to_contain_text("withheld")
    expect(screen.step("Context")).to_contain_text("denied")


def test_copies_lead_to_one_another(screen: Screen, shop: Shop) -> None:
    """The way back leads back."""
    shop.sends("stripe.checkout", times=2)
    screen.opened(screen.row("duplicate"))
    expect(screen.step("Answer")).to_contain_text("already delivered")

    screen.detail.get_by_role("link", name="delivered").click()
    expect(screen.step("Answer")).not_to_contain_text("already delivered")
    expect(screen.row("delivered").and_(screen.page.locator("[aria-selected=true]"))).to_have_count(
        1
    )
    screen.page.go_back()
    expect(screen.step("Answer")).to_contain_text("already delivered")


def test_a_link_shows_the_same(screen: Screen, shop: Shop) -> None:
    """What is looked for and what is open stand in the address."""
    shop.sends("paddle.transaction")
    shop.sends("stripe.checkout")
    screen.page.get_by_label("Filter by provider").select_option("paddle")
    expect(screen.rows).to_have_count(1)
    screen.opened(screen.rows.first)
    fragment = screen.page.evaluate("location.hash")

    screen.page.goto("about:blank")
    screen.opens(fragment)

    expect(screen.rows).to_have_count(1)
    expect(screen.detail).to_contain_text("transaction.completed")
    expect(screen.page.get_by_label("Filter by provider")).to_have_value("paddle")


def test_a_link_to_what_is_gone_says_so(screen: Screen) -> None:
    """It is no empty panel."""
    screen.page.goto("about:blank")
    screen.opens("#open=nobody-7")

    expect(screen.detail).to_contain_text("this delivery is not kept any more")
    screen.complaints.clear()  # the browser says that it was not found


def test_keys_are_enough(screen: Screen, shop: Shop) -> None:
    """Down, up, open, read on, close, and look for something."""
    for number in range(3):
        shop.pays(f"ORD-key-{number}")
        expect(screen.rows).to_have_count(number + 1)  # one frame each: the newest is on top
    press = screen.page.keyboard.press

    press("j")
    expect(screen.row("ORD-key-2")).to_be_focused()
    press("j")
    press("j")
    press("j")
    expect(screen.row("ORD-key-0")).to_be_focused()
    press("k")
    press("Enter")
    expect(screen.detail).to_contain_text("ORD-key-1")
    press("ArrowDown")
    expect(screen.detail).to_contain_text("ORD-key-0")
    press("Escape")
    expect(screen.detail).to_be_hidden()
    press("/")
    expect(screen.page.get_by_label("Filter by order")).to_be_focused()
    screen.page.keyboard.type("key-2")
    expect(screen.rows).to_have_count(1)
    press("Escape")
    press("j")
    expect(screen.row("ORD-key-2")).to_be_focused()


def test_what_is_open_changes_as_it_happens(screen: Screen, shop: Shop) -> None:
    """A copy that arrives meanwhile stands among those of the order."""
    order = shop.sends("stripe.checkout")
    screen.opened(screen.row(order))
    assert "deliveries" not in screen.detail.inner_text()

    shop.sends("stripe.refund")
    expect(screen.rows).to_have_count(3)
    assert "deliveries" not in screen.detail.inner_text()
    screen.detail.get_by_role("button", name="Close").click()
    screen.opened(screen.row("refund.created"))

    expect(screen.detail).to_contain_text("This order, 2 deliveries")


def test_what_is_typed_while_the_address_changes_stays(screen: Screen, shop: Shop) -> None:
    """The browser says that the address changed only after the next key."""
    for number in range(2):
        shop.pays(f"ORD-typed-{number}")
    expect(screen.rows).to_have_count(2)

    screen.page.evaluate(
        """() => {
          const field = document.getElementById("order");
          location.hash = "open=none";
          field.value = "typed-1";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )

    expect(screen.rows).to_have_count(1)
    expect(screen.page.get_by_label("Filter by order")).to_have_value("typed-1")
    screen.complaints.clear()  # the browser says that nothing of that name was found

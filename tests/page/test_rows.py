"""A row for each delivery as it arrives, with all that a person wants to know at first."""

from playwright.sync_api import expect

from tests.functions import stripe_events
from tests.page.conftest import Screen, Shop, stripe
from tools.trigger.deliveries import Terms


def test_a_purchase_shows_who_what_and_how_much(screen: Screen, shop: Shop) -> None:
    """Without reloading; and the same is there for who comes later."""
    expect(screen.page.get_by_text("Nothing has arrived yet.")).to_be_visible()
    shop.pays("ORD-seen-1")

    for _ in range(2):
        row = screen.row("ORD-seen-1")
        for text in ("stripe", "checkout.session.completed", "delivered", "18.00 EUR", "client"):
            expect(row.get_by_text(text, exact=True)).to_be_visible()
        assert row.get_by_role("gridcell").first.inner_text().count(":") == 2
        screen.page.reload()


def test_each_outcome_is_a_word_with_its_reason(screen: Screen, shop: Shop) -> None:
    """Sent, not sent, waiting, ignored, kept, and refused."""
    shop.sends("stripe.checkout", Terms(has_client=False))
    shop.sends("shopify.order", Terms(is_denied=True))
    shop.sends("capture")
    money_back = {
        "object": "refund",
        "id": "re_unknown",
        "amount": 500,
        "currency": "eur",
        "status": "succeeded",
        "payment_intent": "pi_unknown",
    }
    shop.posts(stripe(stripe_events.event(money_back, "refund.created")))
    shop.posts(
        stripe(stripe_events.event({"object": "customer", "id": "cus_1"}, "customer.created"))
    )
    shop.posts(stripe(stripe_events.paid("ORD-forged")), forged=True)

    expect(screen.row("stripe", "delivered", "generated", "18.00 EUR")).to_have_count(1)
    expect(screen.row("shopify", "withheld", "denied")).to_have_count(1)
    expect(screen.row("capture of the backend", "stored")).to_have_count(1)
    expect(screen.row("refund.created", "pending")).to_contain_text("order")
    expect(screen.row("customer.created", "ignored")).to_have_count(1)
    # Many were refused in another test: then one line stands for those of five seconds.
    forged = screen.row("payment_webhook", "bad_signature")
    expect(forged).to_contain_text("signature", timeout=15_000)
    expect(screen.row("ORD-forged")).to_have_count(0)


def test_what_is_about_one_order_stands_together(screen: Screen, shop: Shop) -> None:
    """Copies and the refund, though another order came in between; newest on top."""
    first = shop.sends("stripe.checkout", times=3)
    other = shop.sends("stripe.checkout")
    expect(screen.row(other)).to_have_count(1)
    assert other in screen.rows.first.inner_text()

    refund = shop.sends("stripe.refund", times=2)
    shop.pays("ORD-between")
    group = screen.page.get_by_role("rowgroup")

    expect(group.filter(has_text=refund).get_by_role("row")).to_have_count(4)
    copies = group.filter(has_text=first).get_by_role("row")
    expect(copies).to_have_count(3)
    assert [("duplicate" in text) for text in copies.all_inner_texts()] == [True, True, False]
    assert all("session" in text and "18.00 EUR" in text for text in copies.all_inner_texts())


def test_the_whole_is_summed_up(screen: Screen, shop: Shop) -> None:
    """Money by currency as the shop has it and as GA4 will; shares; and what is wrong shows."""
    shop.sends("stripe.checkout", Terms(currency="JPY"))
    shop.sends("stripe.refund", times=2)
    shop.sends("stripe.checkout", Terms(is_denied=True))
    shop.sends("renewal", times=3)

    money = screen.page.get_by_role("region", name="Money").get_by_role("listitem")
    euros = money.filter(has_text="EUR").locator("> span")
    expect(euros.nth(0)).to_have_text("36.003 paid, 1 back")
    expect(euros.nth(1)).to_have_text("18.002 paid, 1 back")
    expect(euros.nth(2)).to_have_text("-18.0018.00 not sent")
    expect(money.filter(has_text="JPY")).to_contain_text("none")
    consent = screen.page.get_by_role("img", name="granted")
    expect(consent).to_have_attribute("aria-label", "granted 80 %, denied 20 %")
    expect(screen.page.locator("#outcomes")).to_contain_text("duplicate")
    expect(screen.page.locator("#rate")).to_contain_text("9")

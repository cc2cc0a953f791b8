"""Secrets are rotated while traffic goes on: no redeploy, nothing lost."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import SignatureMismatchError
from shared.outcome import Result
from tests.support.builders import SECONDS
from tests.support.loop import in_a_loop
from tests.support.shop import API_SECRET, Shop
from tests.support.stripe_json import Json, checkout_session, delivery, event

Opened = Callable[..., Shop]


def paid(order: str) -> Json:
    """Return an event of an order of its own."""
    session = checkout_session(
        id=f"cs_{order}", payment_intent=f"pi_{order}", metadata={"order_id": order}
    )
    return event(session, id=f"evt_{order}")


@in_a_loop
async def test_a_signature_of_the_new_secret_passes_after_one_refresh(shop: Shop) -> None:
    """The old one is read again because a signature failed."""
    await shop.take(delivery(paid("1")))
    shop.write("stripe", "whsec_new")
    shop.clock.advance(10)

    outcome = await shop.take(delivery(paid("2"), "whsec_new", at=SECONDS + 10))

    assert outcome.result is Result.DELIVERED


@in_a_loop
async def test_a_signature_of_the_old_secret_is_refused_once_the_new_one_is_read(
    shop: Shop,
) -> None:
    """It was revoked."""
    await shop.take(delivery(paid("1")))
    shop.write("stripe", "whsec_new")
    shop.clock.advance(10)
    await shop.take(delivery(paid("2"), "whsec_new", at=SECONDS + 10))

    with pytest.raises(SignatureMismatchError):
        await shop.take(delivery(paid("3"), at=SECONDS + 10))


@in_a_loop
async def test_while_stripe_signs_with_both_either_will_do(shop: Shop) -> None:
    """Stripe sends one v1 for each secret while one is rolled."""
    await shop.take(delivery(paid("1")))

    outcome = await shop.take(delivery(paid("2"), "whsec_new", "whsec_test"))

    assert outcome.result is Result.DELIVERED


@in_a_loop
async def test_while_we_hold_both_either_will_do(opened: Opened, tmp_path: Path) -> None:
    """`secret` may be a list."""
    secrets = [f"file:{tmp_path}/stripe", f"file:{tmp_path}/next"]
    shop = opened(PAYMENT_PROVIDERS=json.dumps({"stripe": {"secret": secrets}}))
    shop.write("next", "whsec_next")

    for order, secret in (("1", "whsec_test"), ("2", "whsec_next")):
        outcome = await shop.take(delivery(paid(order), secret))
        assert outcome.result is Result.DELIVERED


@in_a_loop
async def test_forgeries_do_not_make_a_secret_be_read_again_and_again(shop: Shop) -> None:
    """Once in ten seconds: the file is gone and nobody notices."""
    await shop.take(delivery(paid("1")))
    shop.remove("stripe")
    for _ in range(20):
        with pytest.raises(SignatureMismatchError):
            await shop.take(delivery(paid("2"), "whsec_forged"))

    assert (await shop.take(delivery(paid("3")))).result is Result.DELIVERED


@in_a_loop
async def test_a_new_api_secret_is_used_within_five_minutes(shop: Shop) -> None:
    """GA4 does not say that the old one is wrong, so time has to."""
    await shop.take(delivery(paid("1")))
    shop.write("ga4", "new-api-secret")
    shop.clock.advance(299)
    await shop.take(delivery(paid("2"), at=SECONDS + 299))
    shop.clock.advance(1)
    await shop.take(delivery(paid("3"), at=SECONDS + 300))

    assert [url.params["api_secret"] for url in shop.ga4.urls] == [
        API_SECRET,
        API_SECRET,
        "new-api-secret",
    ]

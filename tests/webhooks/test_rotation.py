"""Secrets are rotated while traffic goes on: no redeploy, nothing lost."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import MisconfiguredError, SignatureMismatchError, UnavailableError
from shared.outcome import Result
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret
from shared.webhooks.rotation import verify_with_rotation
from shared.webhooks.schemes import STRIPE
from tests.support.builders import NOW, SECONDS
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


FIRST = ManagedSecret("projects/shop/secrets/stripe/versions/latest")
SECOND = ManagedSecret("projects/shop/secrets/stripe-2/versions/latest")
ABSENT = MisconfiguredError("Secret Manager says NotFound")
DOWN = UnavailableError("Secret Manager says ServiceUnavailable")
NAMED = "PAYMENT_PROVIDERS stripe: secret {} of 2: Secret Manager says {}"


class Vault:
    """Two secrets, each a text or how reading it fails.

    Attributes:
        reads: How often they were read.
        reported: What was reported of reads that failed.
    """

    def __init__(self, first: str | Exception, second: str | Exception) -> None:
        self._holds = {FIRST: first, SECOND: second}
        self.reads = 0
        self.reported: list[str] = []
        self._secrets = Secrets(self._read, lambda: SECONDS, self.reported.append)

    async def _read(self, reference: ManagedSecret) -> str:
        self.reads += 1
        found = self._holds[reference]
        if isinstance(found, Exception):
            raise found
        return found

    async def verify(self, secret: str) -> bytes:
        """Return the verified body of a delivery that was signed with a secret."""
        verified = await verify_with_rotation(
            delivery(paid("1"), secret),
            STRIPE,
            [FIRST, SECOND],
            setting="PAYMENT_PROVIDERS stripe",
            secrets=self._secrets,
            clock=lambda: NOW,
        )
        return verified.body


@pytest.mark.parametrize("failure", [ABSENT, DOWN])
@pytest.mark.parametrize("first_fails", [True, False])
@in_a_loop
async def test_a_secret_that_cannot_be_read_is_passed_over_while_another_can(
    failure: Exception, *, first_fails: bool
) -> None:
    """`second_secret = true` was applied, and the second secret has no version yet."""
    vault = Vault(failure, "whsec_test") if first_fails else Vault("whsec_test", failure)

    assert await vault.verify("whsec_test") == delivery(paid("1")).body
    at, says = (1 if first_fails else 2), str(failure).rpartition(" ")[2]
    assert vault.reported == [NAMED.format(at, says)]


@in_a_loop
async def test_what_the_readable_secret_did_not_sign_is_refused() -> None:
    """The other one has no value, so nobody can have signed with it."""
    vault = Vault("whsec_test", ABSENT)

    with pytest.raises(SignatureMismatchError):
        await vault.verify("whsec_forged")


@in_a_loop
async def test_what_a_secret_out_of_reach_may_have_signed_comes_again() -> None:
    """400 would call a genuine payment forged."""
    vault = Vault("whsec_test", DOWN)

    with pytest.raises(UnavailableError) as caught:
        await vault.verify("whsec_2")

    assert str(caught.value) == NAMED.format(2, "ServiceUnavailable")


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (ABSENT, ABSENT, MisconfiguredError),
        (ABSENT, DOWN, UnavailableError),
        (DOWN, ABSENT, UnavailableError),
    ],
)
@in_a_loop
async def test_without_any_secret_nothing_can_be_verified(
    first: Exception, second: Exception, kind: type[Exception]
) -> None:
    """Where one may be read later, the sender is asked to come again."""
    with pytest.raises(kind):
        await Vault(first, second).verify("whsec_test")


@in_a_loop
async def test_a_thousand_unsigned_posts_read_each_secret_once() -> None:
    """Those that fail as well as those that are there."""
    vault = Vault("whsec_test", ABSENT)
    for _ in range(1000):
        with pytest.raises(SignatureMismatchError):
            await vault.verify("whsec_forged")

    assert vault.reads == 2

"""Our signatures are the provider's."""

import pytest
import stripe

from tools.traffic.request import stripe_signature

BODY = '{\n  "id": "evt_1",\n  "name": "Zoë"\n}'.encode()


def test_stripe_makes_the_same_header() -> None:
    """For the same body, secret and time, Stripe's own library makes the same header."""
    theirs = stripe.WebhookSignature.generate_signature_header(
        BODY.decode(), "whsec_local", timestamp=1_795_000_000
    )

    assert stripe_signature(BODY, ["whsec_local"], timestamp=1_795_000_000) == theirs


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_stripe_accepts_either_of_two_secrets(secret: str) -> None:
    """While a secret is rolled, a header with both signatures passes with each secret."""
    header = stripe_signature(BODY, ["whsec_old", "whsec_new"], timestamp=1_795_000_000)

    assert header.count(",v1=") == 2
    assert stripe.WebhookSignature.verify_header(BODY.decode(), header, secret)


def test_stripe_refuses_another_secret() -> None:
    """A forger's header does not pass."""
    header = stripe_signature(BODY, ["whsec_guessed"], timestamp=1_795_000_000)

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(BODY.decode(), header, "whsec_local")

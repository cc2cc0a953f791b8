"""What a PaymentIntent's client secret is remembered as."""

from shared.domain.intent_secret import random_part, without_secret

SECRET = "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"


def test_a_secret_is_kept_as_a_digest() -> None:
    """Two of one intent differ, and neither stands there."""
    kept = without_secret(SECRET)

    assert kept.startswith("pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_sha256_")
    assert "YrKJ" not in kept
    assert kept != without_secret(f"{SECRET}x")
    assert without_secret(kept) == kept


def test_any_other_reference_stays_as_it_is() -> None:
    """It is no secret."""
    for reference in ("pi_3MtwBwLkdIwHu7ix28a3tqPa", "ORD-9", "seti_1_secret_2", ""):
        assert without_secret(reference) == reference
        assert random_part(reference) is None

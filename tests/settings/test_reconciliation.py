"""The settings of `reconciliation`."""

import re
from datetime import timedelta

import pytest

from shared.errors import MisconfiguredError
from shared.settings.export import Export
from shared.settings.reader import read_settings
from shared.settings.reconciliation import ReconciliationSettings, read_reconciliation_settings

REQUIRED = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "GA4_API_SECRET": "projects/shop/secrets/ga4",
    "PAYMENT_PROVIDERS": '{"stripe": {"secret": "file:a", "api_key": "file:b"}}',
    "STORE": "sqlite:ledger.sqlite",
}


KEYLESS = '{"stripe": {"secret": "file:a"}}'


def read(**changes: str) -> ReconciliationSettings:
    """Read settings that are complete but for these changes."""
    return read_settings({**REQUIRED, **changes}, read_reconciliation_settings)


def test_three_days_are_compared_and_nothing_is_repaired() -> None:
    """Unless somebody says so."""
    settings = read()

    assert settings.reach == timedelta(days=3)
    assert not settings.repair


def test_the_reach_and_the_repair_are_choices() -> None:
    """Up to what Stripe keeps."""
    settings = read(RECONCILE_DAYS="30", RECONCILE_REPAIR="true")

    assert settings.reach == timedelta(days=30)
    assert settings.repair


@pytest.mark.parametrize("days", ["0", "31", "-1", "3.5", "three", "٣"])
def test_a_reach_beyond_what_stripe_keeps_is_refused(days: str) -> None:
    """And is named."""
    with pytest.raises(MisconfiguredError, match="RECONCILE_DAYS: takes a whole number"):
        read(RECONCILE_DAYS=days)


@pytest.mark.parametrize(
    "providers", ['{"stripe": {"secret": "file:a"}}', '{"shopify": {"secret": "file:a"}}']
)
def test_without_a_key_there_is_nothing_to_compare_with(providers: str) -> None:
    """The deployment learns it at once, and not from a schedule that fails."""
    with pytest.raises(MisconfiguredError, match=r"stripe\.api_key is missing"):
        read(PAYMENT_PROVIDERS=providers)


@pytest.mark.parametrize(
    ("providers", "compared"),
    [
        ('{"paddle": {"api_key": "file:b"}}', ("paddle",)),
        ('{"shopify": {"api_key": "file:b", "shop": "a.myshopify.com"}}', ("shopify",)),
        (
            '{"paddle": {"api_key": "file:b"}, "stripe": {"api_key": "file:c"}, "standard": {}}',
            ("stripe", "paddle"),
        ),
    ],
)
def test_each_provider_with_a_key_is_compared(providers: str, compared: tuple[str, ...]) -> None:
    """Nothing is verified there, so that no signing secret is needed."""
    assert read(PAYMENT_PROVIDERS=providers).records.compared == compared


@pytest.mark.parametrize("name", ["SHOPIFY_API", "PADDLE_API"])
def test_a_key_goes_to_the_provider_or_to_loopback(name: str) -> None:
    """A mistyped address would give it away."""
    with pytest.raises(MisconfiguredError, match=f"{name}: takes http://"):
        read(**{name: "https://api.example"})


def test_an_export_is_read_with_its_bounds() -> None:
    """A gibibyte is 2^30 bytes."""
    settings = read(GA4_EXPORT="shop-1.analytics_42", GA4_EXPORT_MAX_GIB="2")

    assert settings.export == Export("shop-1.analytics_42", None, None, 2 * 1024**3)
    assert settings.export.project == "shop-1"


@pytest.mark.parametrize("providers", ["", KEYLESS])
def test_an_export_is_enough(providers: str) -> None:
    """A shop without payments, or without a key for them, compares what it sent."""
    settings = read(GA4_EXPORT="shop-1.analytics_42", PAYMENT_PROVIDERS=providers)

    assert settings.records.compared == ()


def test_an_export_that_is_misspelt_asks_for_no_provider() -> None:
    """One mistake is one problem."""
    with pytest.raises(MisconfiguredError) as caught:
        read(GA4_EXPORT="shop.crm", PAYMENT_PROVIDERS="")

    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith("GA4_EXPORT: ")


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({"GA4_EXPORT": "shop.crm"}, "GA4_EXPORT: GA4's dataset is `analytics_`"),
        ({"GA4_EXPORT": "a.b`.analytics_1"}, "GA4_EXPORT: a project id holds lower-case"),
        ({"GA4_EXPORT_STREAM": "7"}, "GA4_EXPORT_STREAM: belongs to GA4_EXPORT, which is missing"),
        (
            {"GA4_EXPORT": "p.analytics_1", "GA4_EXPORT_STREAM": "web"},
            "the stream's number",
        ),
        ({"PAYMENT_PROVIDERS": KEYLESS}, "there is nothing to compare"),
        ({"PAYMENT_PROVIDERS": ""}, "PAYMENT_PROVIDERS: missing"),
        (
            {"PAYMENT_PROVIDERS": "", "GA4_EXPORT": "p.analytics_1", "RECONCILE_REPAIR": "true"},
            "RECONCILE_REPAIR: stripe.api_key is missing",
        ),
    ],
)
def test_an_export_that_makes_no_sense_is_refused(changes: dict[str, str], given: str) -> None:
    """And the setting is named."""
    with pytest.raises(MisconfiguredError, match=re.escape(given)):
        read(**changes)

"""`connectors init`: a settings file that explains every setting."""

import os
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from shared.providers.registry import PROVIDERS
from shared.settings.reader import Asked
from shared.settings.shapes import asked_settings
from tools.errors import FailedError, UsageError

_HEAD: Final = """\
# Settings of the connectors. Every `connectors` command reads this file where it is run in this
# folder, or takes it with --settings FILE. The environment overrides it.
#
# Fill in the settings that are not commented out, then run `connectors doctor local`.
# Never put a secret here: a setting names the place where the secret is.
"""

EXPLAINED: Final[Mapping[str, tuple[str, str]]] = {
    "GA4_MEASUREMENT_ID": (
        "The web stream that gets the events (GA4: Admin > Data streams).",
        "G-AB12CD34EF",
    ),
    "GA4_API_SECRET": (
        "Where the stream's Measurement Protocol API secret is. Never the secret itself.",
        "projects/my-shop/secrets/ga4-api-secret",
    ),
    "STORE": (
        "Where the functions remember what they sent. Deployed functions need Firestore.",
        "firestore:my-shop/(default)",
    ),
    "LEDGER_RETENTION_DAYS": (
        "For how long the ledger remembers what was sent, after an entry's last change.",
        "180",
    ),
    "ORDER_RETENTION_DAYS": (
        "For how long orders and their buyers' contexts are kept. Yearly renewals need 400.",
        "800",
    ),
    "PAYMENT_PROVIDERS": (
        f"Whose webhooks are taken: {', '.join(PROVIDERS)}; and their signing secrets.",
        '{"stripe": {"secret": "projects/my-shop/secrets/stripe-signing"}}',
    ),
    "STREAMS": (
        "Several streams instead of one, each with a name; see docs/guides/streams.md.",
        '{"live": {"measurement_id": "G-AB12CD34EF", "api_secret": "projects/p/secrets/live"}}',
    ),
    "ROUTES": (
        "Which event goes to which of these streams: the first rule that matches.",
        '[{"when": {"currency": "USD"}, "to": "live"}, {"to": "live"}]',
    ),
    "SINK": ("How events are sent to GA4.", "measurement_protocol"),
    "GA4_PROPERTY_ID": (
        "The number of the GA4 property, for SINK=data_manager (GA4: Admin > Property details).",
        "123456789",
    ),
    "DATA_MANAGER_ENDPOINT": (
        "Where the Data Manager API is: Google's host, or a stand-in on loopback.",
        "https://datamanager.googleapis.com",
    ),
    "EVENT_STATUS_AFTER_SECONDS": (
        "How long after the Data Manager API took an event Google is asked what became of it.",
        "3600",
    ),
    "GA4_ENDPOINT": (
        "Google's host that gets the events; region1 keeps them in the EU.",
        "https://region1.google-analytics.com",
    ),
    "VALUE_BASIS": ("What `value` is: without tax and shipping, or the total.", "gross"),
    "USER_DATA": (
        "Send hashed user-provided data of those who granted ad_user_data.",
        "send",
    ),
    "UNATTRIBUTED_EVENTS": (
        "An event whose client nobody knows: send it under a made-up one, or wait for its context.",
        "withhold",
    ),
    "OWNER_WAIT_SECONDS": (
        "How long a payment waits for the event that owns its money, or knows its buyer.",
        "60",
    ),
    "UNKNOWN_REFUNDS": (
        "A refund whose purchase nobody ever heard of: send it with tax, or do not.",
        "withhold",
    ),
    "LATE_EVENTS": ("An event older than 72 hours: send it as of now, or reject it.", "reject"),
    "ACCEPT_TEST_EVENTS": ("Take the provider's test payments too.", "true"),
    "RENEWAL_EVENT_NAME": ("The event of a renewal.", "subscription_renewed"),
    "PERSONAL_DATA_EXEMPTIONS": (
        "Parameters that may hold what looks like personal data.",
        "coupon,order_note",
    ),
    "CONTEXT_WAIT_SECONDS": ("How long a purchase without a client waits for its context.", "2"),
    "GA4_DEBUG": ("Mark every event for DebugView, for a test; they count as real.", "true"),
    "IGNORED_RETENTION_DAYS": (
        "For how many days `connectors explain` knows of deliveries that were ignored.",
        "7",
    ),
    "TRANSACTION_ID_KEYS": (
        "Metadata keys that hold your order's id, the first that is there wins.",
        "ga_transaction_id,order_id",
    ),
    "RENEWALS_TOPIC": (
        "Where renewals are published instead of being sent.",
        "projects/my-shop/topics/renewals",
    ),
    "ENRICHMENT_TOPIC": (
        "Where purchases are published for data_enrichment.",
        "projects/my-shop/topics/enrichment",
    ),
    "DEAD_LETTER_TOPIC": (
        "Where messages go that can never be sent.",
        "projects/my-shop/topics/renewals-dead-letter",
    ),
    "PUSH_AUDIENCE": (
        "With PUSH_ACCOUNT: pushes must bring Google's token for this audience.",
        "https://push.shop.example",
    ),
    "PUSH_ACCOUNT": (
        "The service account that these tokens must be of.",
        "ga4-push@my-shop.iam.gserviceaccount.com",
    ),
    "PUSH_TOKEN": (
        "Where the token is that every push must bring, beside its identity.",
        "projects/my-shop/secrets/push-token",
    ),
    "CAPTURE_SECRET": (
        "context_capture: where the secret is that your backend signs captures with.",
        "projects/my-shop/secrets/capture-signing",
    ),
    "CAPTURE_ORIGINS": ("context_capture: whose pages may post captures.", "https://shop.example"),
    "CAPTURE_RATE_PER_MINUTE": ("context_capture: how many captures a minute pages post.", "1200"),
    "CAPTURE_RATE_PER_ADDRESS": (
        "context_capture: how many of these one address may post.",
        "120",
    ),
    "CAPTURE_PROXIES": (
        "context_capture: how many load balancers of your own stand before it.",
        "1",
    ),
    "CAPTURE_REFERENCES": (
        "context_capture: what references of your own look like that pages may name.",
        "ord_{base62:22}",
    ),
    "CAPTURE_BROWSER_DAYS": (
        "context_capture: for how many days what pages posted is kept, unless an order names it.",
        "30",
    ),
    "CONTEXT_RETENTION_DAYS": ("context_capture: for how many days a context is kept.", "90"),
    "ENRICHMENT_EVENT_NAME": ("data_enrichment: its event.", "order_margin"),
    "CATALOGUE": ("data_enrichment: where unit costs are.", "bigquery:my-shop.shop.costs"),
    "CUSTOMERS": ("data_enrichment: where customers are.", "firestore:my-shop/(default)"),
    "RECONCILE_DAYS": ("reconciliation: how many days it looks back.", "7"),
    "RECONCILE_REPAIR": ("reconciliation: send what is missing.", "true"),
    "GA4_EXPORT": (
        "reconciliation: the BigQuery dataset that GA4 exports to.",
        "my-shop.analytics_123456",
    ),
    "GA4_EXPORT_STREAM": ("reconciliation: the number of the one stream to look at.", "1234567890"),
    "GA4_EXPORT_OF": (
        "reconciliation: the name in STREAMS of the stream that is compared with the export.",
        "live",
    ),
    "GA4_EXPORT_MAX_GIB": ("reconciliation: how many GiB a comparison may read.", "10"),
    "STRIPE_API": ("Stripe's API, or a stand-in on loopback.", "http://127.0.0.1:8420"),
    "CONNECTORS_APPLE_ROOT": (
        "Another root than Apple's, for tests.",
        "/run/apple_root.pem",
    ),
    "MOLLIE_API": ("Mollie's API, or a stand-in on loopback.", "http://127.0.0.1:8423"),
    "CHARGEBEE_API": (
        "reconciliation: a stand-in of Chargebee's API on loopback.",
        "http://127.0.0.1:8424",
    ),
    "WOOCOMMERCE_API": (
        "reconciliation: a stand-in of a shop's own API on loopback.",
        "http://127.0.0.1:8425",
    ),
    "REVENUECAT_API": (
        "reconciliation: a stand-in of RevenueCat's API on loopback.",
        "http://127.0.0.1:8426",
    ),
    "SHOPIFY_API": (
        "reconciliation: a stand-in of Shopify's API on loopback.",
        "http://127.0.0.1:8421",
    ),
    "PADDLE_API": (
        "reconciliation: a stand-in of Paddle's API on loopback.",
        "http://127.0.0.1:8422",
    ),
    "PAYPAL_API": ("PayPal's API, or a stand-in on loopback.", "http://127.0.0.1:8423"),
    "CONNECTORS_PAYPAL_ROOT": (
        "The roots that PayPal's certificates are checked with.",
        "/run/paypal_root.pem",
    ),
    "REQUEST_DEADLINE_SECONDS": ("Seconds in which every request is answered.", "9"),
    "MAX_DELIVERIES_IN_FLIGHT": ("How many deliveries a process takes on at once.", "50"),
    "FIRESTORE_EMULATOR_HOST": ("Google's Firestore emulator, for local runs.", "127.0.0.1:8080"),
    "PUBSUB_EMULATOR_HOST": ("Google's Pub/Sub emulator, for local runs.", "127.0.0.1:8085"),
    "SECRET_MANAGER_EMULATOR_HOST": ("A stand-in of Secret Manager's.", "127.0.0.1:8090"),
}
"""Setting → what it is for, and an example. What it takes, and what holds without it, its reader
says."""


def settings_file() -> str:
    """Return a settings file: every setting, the optional ones commented out."""
    asked = asked_settings()
    first = [name for name in asked if asked[name].required]
    names = [*first, *(name for name in asked if name not in first)]
    return "\n".join([_HEAD, *("\n".join(_lines(name, asked[name])) + "\n" for name in names)])


def write_settings_file(path: str, *, force: bool) -> int:
    """Write a settings file.

    Args:
        path: Where.
        force: Whether a file that is there is overwritten.

    Returns:
        The exit status.

    Raises:
        UsageError: There is such a file already, or it is a directory.
        FailedError: It cannot be written.
    """
    existing = os.O_TRUNC if force else os.O_EXCL
    try:
        descriptor = os.open(Path(path), os.O_WRONLY | os.O_CREAT | existing, 0o600)
        _write(descriptor, path, force=force)
    except (FileExistsError, IsADirectoryError):
        if Path(path).is_dir():
            says = f"is a directory: name a file in it, as {path}/settings.env"
            raise UsageError(f"{path} {says}") from None
        raise UsageError(f"{path} exists; --force overwrites it") from None
    except OSError as error:
        raise FailedError(f"{path}: {error.strerror}") from None
    required = [name for name, asked in asked_settings().items() if asked.required]
    sys.stdout.write(
        f"wrote {path}\nfill in {', '.join(required)}, then: connectors doctor local {path}\n"
    )
    return 0


def _write(descriptor: int, path: str, *, force: bool) -> None:
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(settings_file())
    except OSError:
        if not force:
            Path(path).unlink()  # half a file would be in the way of the next try
        raise


def _lines(name: str, asked: Asked) -> Iterator[str]:
    about, example = EXPLAINED[name]
    yield from textwrap.wrap(about, 96, initial_indent="# ", subsequent_indent="# ")
    default = as_text(asked.default)
    expected = f"# Takes {asked.expected}{f'. Default: {default}' if default else ''}."
    yield from textwrap.wrap(expected, 98, subsequent_indent="# ", break_on_hyphens=False)
    written = f"'{example}'" if set(example) & set(' "(') else example
    if asked.required:
        yield f"# Example: {name}={written}"
        yield f"{name}="
    else:
        yield f"#{name}={written}"


def as_text(default: object) -> str:
    """Return a default as its setting would be written; nothing where there is none."""
    if isinstance(default, StrEnum):
        return default.value
    if isinstance(default, Collection) and not isinstance(default, str):
        return ",".join(map(str, default))
    return "" if default is None else str(default)

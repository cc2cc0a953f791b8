"""The settings of `reconciliation`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.settings.payment import PaymentSettings, read_payment_settings
from shared.settings.reader import Reader

_DAYS: Final = re.compile(r"[1-9]|[12][0-9]|30", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReconciliationSettings:
    """What the operator decided for reconciling.

    Attributes:
        payments: The settings of the webhook whose ledger it is.
        reach: `RECONCILE_DAYS`: how far back it looks.
        repair: `RECONCILE_REPAIR`: whether what is missing is sent.
    """

    payments: PaymentSettings
    reach: timedelta
    repair: bool


def read_reconciliation_settings(reader: Reader) -> ReconciliationSettings:
    """Return the settings of `reconciliation`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    payments = read_payment_settings(reader)
    stripe = (payments.providers or {}).get("stripe")
    if payments.providers and (stripe is None or stripe.api_key is None):
        reader.problems.append(
            "PAYMENT_PROVIDERS: stripe.api_key is missing: reconciling reads Stripe's events"
        )
    return ReconciliationSettings(
        payments=payments,
        reach=reader.default("RECONCILE_DAYS", _days, "1 to 30", timedelta(days=3)),
        repair=reader.choice("RECONCILE_REPAIR", {"true": True, "false": False}, "false"),
    )


def _days(text: str) -> timedelta | None:
    return timedelta(days=int(text)) if _DAYS.fullmatch(text) else None

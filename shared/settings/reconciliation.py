"""The settings of `reconciliation`."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings import values
from shared.settings.export import Export, read_export
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class ReconciliationSettings:
    """What the operator decided for reconciling.

    Attributes:
        payments: The settings of the webhook whose ledger it is.
        reach: `RECONCILE_DAYS`: how far back it looks.
        repair: `RECONCILE_REPAIR`: whether what is missing is sent.
        export: `GA4_EXPORT`: GA4's own record, where that is compared as well.
    """

    payments: PaymentSettings
    reach: timedelta
    repair: bool
    export: Export | None

    @property
    def stripe(self) -> bool:
        """Whether Stripe's record is compared: there is a key that reads it."""
        stripe = self.payments.providers.get("stripe")
        return stripe is not None and stripe.api_key is not None


def read_reconciliation_settings(reader: Reader) -> ReconciliationSettings:
    """Return the settings of `reconciliation`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    export = read_export(reader)
    meant = export is not None or _is_set(reader, "GA4_EXPORT")
    found = ReconciliationSettings(
        payments=read_payment_settings(reader, required=not meant),
        reach=timedelta(
            days=reader.default("RECONCILE_DAYS", values.whole(1, 30), "whole days from 1 to 30", 3)
        ),
        repair=reader.choice("RECONCILE_REPAIR", {"true": True, "false": False}, "false"),
        export=export,
    )
    if _is_set(reader, "PAYMENT_PROVIDERS", "GA4_EXPORT"):
        return found
    if not found.stripe and found.export is None:
        missing = (
            "PAYMENT_PROVIDERS: stripe.api_key is missing, and so is GA4_EXPORT: there is nothing "
            "to compare the ledger with"
        )
        reader.problems.append(missing)
        reader.not_set_up.append(missing)
    elif not found.stripe and found.repair:
        reader.problems.append(
            "RECONCILE_REPAIR: stripe.api_key is missing in PAYMENT_PROVIDERS: a repair sends what "
            "Stripe knows"
        )
    return found


def _is_set(reader: Reader, *names: str) -> bool:
    """Tell whether something is wrong with these settings already."""
    return any(problem.startswith(f"{name}:") for problem in reader.problems for name in names)

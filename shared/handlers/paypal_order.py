"""The order of a PayPal capture, where the settings let PayPal's API be asked."""

from datetime import datetime, timedelta
from typing import Final

from shared.changed import replace
from shared.decoding import read_tolerant
from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.observability.log import Severity, log
from shared.provider_api.paypal import PayPalAccount, PayPalApi
from shared.providers.event import ProviderEvent
from shared.providers.paypal.mapping import CAPTURED
from shared.providers.paypal.objects import AT, Capture
from shared.providers.paypal.options import PayPalOptions
from shared.providers.paypal.proof import LIVE_API, SANDBOX_API
from shared.secrets.secret import Secret

PATIENCE: Final = timedelta(hours=1)
"""How long after a capture its order is waited for; then the capture goes gross."""

_BESIDE: Final = ("invoice_id", "status", "supplementary_data")


def account_of(options: PayPalOptions, client_id: str, secret: Secret) -> PayPalAccount:
    """Return who asks, and where.

    Args:
        options: The operator's choices.
        client_id: The app's client id.
        secret: The app's secret.
    """
    base = SANDBOX_API if options.sandbox and options.api == LIVE_API else options.api
    return PayPalAccount(base, client_id, secret)


async def with_order(
    event: ProviderEvent, secret: Secret, options: PayPalOptions, api: PayPalApi, now: datetime
) -> ProviderEvent:
    """Return an event with the order of its capture; it never costs the payment.

    Args:
        event: A notification of PayPal's.
        secret: The app's secret.
        options: The operator's choices: the app's client id.
        api: PayPal's API.
        now: The current time, UTC.

    Raises:
        UnavailableError: PayPal's API is out of reach, and the capture is young.
    """
    if event.source.event_type != CAPTURED or options.client_id is None:
        return event
    try:
        capture, _ = read_tolerant(event.object, Capture, _BESIDE, at=AT)
    except UnusableError:
        return event  # the mapping says what is wrong
    if capture.order_id is None:
        return event
    account = account_of(options, options.client_id, secret)
    try:
        return replace(event, asked=await api.order(account, capture.order_id))
    except (MisconfiguredError, UnavailableError, UnusableError) as error:
        if isinstance(error, UnavailableError) and now - event.created_at < PATIENCE:
            raise
        log(
            "paypal_api",
            Severity.WARNING,
            reason=f"sent gross: {error}",
            provider=event.source.provider,
            event_type=event.source.event_type,
            source_event=event.source.event_id,
        )
        return event

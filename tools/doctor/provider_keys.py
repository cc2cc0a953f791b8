"""May each API key read what the functions ask for?"""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Final

from shared import bootstrap
from shared.deadline import give_up_at
from shared.errors import ConnectorError, MisconfiguredError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.reconciliation.provider.open_record import open_record
from shared.reconciliation.span import Span
from shared.secrets.cache import Secrets
from shared.settings.providers import Provider
from shared.settings.reader import Reader
from shared.settings.records import RecordSettings, read_record_settings
from shared.stripe_api.access import Access
from tools.changed import replace
from tools.doctor import stripe_endpoints
from tools.doctor.finding import Finding, error, ok, unknown, warning

_STRIPE: Final = "stripe"
_SECONDS: Final = 20.0
_MINUTE: Final = timedelta(minutes=1)


async def examine(
    settings: Mapping[str, str], secrets: Secrets | None = None
) -> AsyncIterator[Finding]:
    """Ask each provider with a key for the last minute; yield what is found.

    Args:
        settings: Names and values. Nothing is asked where they are wrong: others say so.
        secrets: Where the keys come from; None for where the settings say.
    """
    reader = Reader(settings)
    read = read_record_settings(reader, required=False)
    if reader.problems or not read.compared:
        return
    payments = bootstrap.payments(read.payments)
    if secrets is not None:
        payments = replace(payments, secrets=secrets)
    try:
        for name in read.compared:
            async for finding in _of(payments, read, read.payments.providers[name]):
                yield finding
    finally:
        await payments.apis.close()


async def _of(
    payments: PaymentWebhook, settings: RecordSettings, provider: Provider
) -> AsyncIterator[Finding]:
    about = f"key of {provider.name}"
    if provider.api_key is None:
        return
    at = f"PAYMENT_PROVIDERS {provider.name}.api_key"
    try:
        key = await payments.secrets.get(provider.api_key, at)
    except ConnectorError as failure:
        # Only the functions should be able to read it.
        fix = "somebody who may read the key: connectors doctor local --ask"
        yield warning(about, f"is not tried: {failure}", fix)
        return
    yield await _reads(payments, settings, provider)
    if provider.name == _STRIPE:
        live = "_test_" not in key.reveal()
        access = Access(key, None, live, give_up_at(_SECONDS))
        options = provider.options
        for finding in await stripe_endpoints.examine(payments.apis.stripe, access, options):
            yield finding


async def _reads(payments: PaymentWebhook, settings: RecordSettings, provider: Provider) -> Finding:
    """Return whether a key reads the record that the ledger is compared with."""
    about = f"key of {provider.name}"
    now = payments.clock()
    try:
        record = await open_record(payments, provider, settings.stand_ins, None)
        try:
            for part in record.parts(Span(now - _MINUTE, now)):
                async for _ in part:
                    break
        finally:
            await record.close()
    except MisconfiguredError as failure:
        return error(about, str(failure), "give the key what is missing: docs/operate/reconcile.md")
    except ConnectorError as failure:
        return unknown(about, str(failure), "look again later")
    return ok(about, "it reads what the ledger is compared with")

"""Running `connectors explain` from its options to its exit status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.errors import ConnectorError
from shared.observability.log import silence_libraries
from shared.reconciliation.handler import RECONCILIATION
from shared.secrets.reference import SecretReference, read_reference
from shared.settings.export import Comparison, read_comparison
from shared.settings.payment_webhook import read_stripe_api
from shared.settings.records import RecordSettings, read_record_settings
from shared.stores.entry import Entry, State
from shared.stripe_api.client import StripeApi
from tools.errors import UsageError
from tools.explain.exported import ask_export
from tools.explain.known import Known, look_up, source_of
from tools.explain.place import chosen_place
from tools.explain.records import ask_records
from tools.explain.shown import show, write
from tools.explain.story import Statement, Story, tell
from tools.explain.stripe import ask_stripe
from tools.foreground import run_command
from tools.loaded_settings import LoadedSettings
from tools.read_option import read_option
from tools.settings_source import SettingsSource
from tools.trigger.target import reader_of_secrets

_PROVIDERS: Final = "PAYMENT_PROVIDERS"
_EXPORT: Final = "GA4_EXPORT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        store: `--store`.
        collector: `--collector`.
        stripe_key: `--stripe-key`: where a key for Stripe's API is.
        limit: How many entries at most.
        as_json: Whether to print one JSON object instead of the text.
    """

    store: str | None
    collector: str | None
    stripe_key: str | None
    limit: int
    as_json: bool


def run(each: str, options: Options, source: SettingsSource) -> int:
    """Say everything that is known of an id.

    Args:
        each: The id: of an order, a payment, a refund, a subscription, a customer or an event.
        options: The options.
        source: Where the settings are.

    Returns:
        The exit status: 1 when nothing is known.

    Raises:
        UsageError: It is no id, or an option makes no sense.
        FailedError: The store is out of reach.
    """
    ids = _as_written(each)
    key = None
    if options.stripe_key is not None:
        key = read_option("--stripe-key", options.stripe_key, read_reference)
    silence_libraries()
    loaded = source.load()
    story = run_command(_told(ids, options, source, loaded, key))
    if options.as_json:
        write(each, story)
    else:
        show(each, story)
    return 0 if story.is_known else 1


def _as_written(each: str) -> list[str]:
    """Return an id as it is, and without the blanks that were copied with it."""
    try:
        each.encode()
    except UnicodeEncodeError:
        raise UsageError("the id is no text in UTF-8") from None
    if not each.strip():
        raise UsageError("name an id: of an order, a payment, a refund, a subscription or an event")
    return list(dict.fromkeys((each, each.strip())))


async def _told(
    ids: list[str],
    options: Options,
    source: SettingsSource,
    loaded: LoadedSettings,
    key: SecretReference | None,
) -> Story:
    place = await chosen_place(options.store, options.collector, source, loaded)
    now = datetime.now(UTC)
    async with place.stores() as stores:
        known = await look_up(stores, ids)
        statements = []
        if (stripe := await _stripe(ids, known, options, loaded, key)) is not None:
            statements.append(stripe)
            is_found = any(entry.state is not State.IGNORED for entry in known.entries)
            if stripe.ids and not is_found:
                # Stripe names the payment that the store knows it by.
                known = await look_up(stores, [*ids, *stripe.ids])
    statements += await _records(ids, known, options, loaded)
    if (export := await _export([*known.entries, *known.related], options, loaded)) is not None:
        statements.append(export)
    return tell(known, statements, ids, now=now, limit=options.limit)


async def _stripe(
    ids: Sequence[str],
    known: Known,
    options: Options,
    loaded: LoadedSettings,
    key: SecretReference | None,
) -> Statement | None:
    """Return what Stripe says, with the option's key or the settings'."""
    reference = key
    if reference is None:
        settings = _record_settings(options, loaded)
        if isinstance(settings, Statement) or settings is None:
            return None
        stripe = settings.payments.providers.get("stripe")
        reference = None if stripe is None else stripe.api_key
    if reference is None:
        return None
    own = [name.partition(":")[2] for order in known.orders if (name := order.payment_id)]
    events = [source_of(entry).event_id for entry in known.entries]
    accounts = [source_of(entry).account for entry in known.entries]
    emulator = loaded.of().get("SECRET_MANAGER_EMULATOR_HOST") or None
    try:
        secret = await reader_of_secrets(emulator).get(reference, "the key of Stripe's API")
    except ConnectorError as error:
        if key is not None:
            raise  # the option's own: somebody wants it
        return Statement((f"Stripe could not be asked: {error}.",))
    api = StripeApi(loaded.read(read_stripe_api))
    try:
        account = next((each for each in accounts if each), None)
        return await ask_stripe(api, secret, [*ids, *own, *events], account)
    finally:
        await api.close()


async def _records(
    ids: Sequence[str], known: Known, options: Options, loaded: LoadedSettings
) -> list[Statement]:
    settings = _record_settings(options, loaded)
    if settings is None:
        return []
    if isinstance(settings, Statement):
        return [settings]
    return await ask_records(settings, ids, known)


def _record_settings(options: Options, loaded: LoadedSettings) -> RecordSettings | Statement | None:
    """Return the settings of the providers' APIs; why not, where they make no sense."""
    if not loaded.of(RECONCILIATION).get(_PROVIDERS):
        return None
    try:
        return loaded.read(read_record_settings, RECONCILIATION, STORE=options.store)
    except UsageError as error:
        return Statement((f"The providers could not be asked: {error}.",))


async def _export(
    entries: Sequence[Entry], options: Options, loaded: LoadedSettings
) -> Statement | None:
    if not loaded.of(RECONCILIATION).get(_EXPORT):
        return None
    try:
        settings: Comparison = loaded.read(read_comparison, RECONCILIATION, STORE=options.store)
    except UsageError as error:
        return Statement((f"GA4's export could not be read: {error}.",))
    newest = sorted(entries, key=lambda entry: entry.created_at, reverse=True)
    return await ask_export(settings, newest)

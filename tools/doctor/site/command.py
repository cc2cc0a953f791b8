"""`connectors doctor site`: from its options to what was found."""

import re
from dataclasses import dataclass
from typing import Final

from shared.domain.conversion import Conversion, Kind
from shared.errors import BadDelivery, UnusableError
from shared.providers.registry import PROVIDERS
from shared.settings.common import read_keys
from shared.settings.providers import read_providers
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from tools.doctor.finding import Finding, unknown
from tools.doctor.site import findings, purchase
from tools.doctor.site.browser import NotSeenError, checked, open_page
from tools.doctor.site.findings import Ours
from tools.doctor.site.har import read_har
from tools.doctor.site.purchase import Expected
from tools.errors import UsageError
from tools.loaded_settings import LoadedSettings
from tools.recorded_delivery import recorded_deliveries

_DELIVERY: Final = "--delivery"
_STREAMS: Final = ("STREAMS", "GA4_MEASUREMENT_ID")
# The places of faults that hide a stream's id. Missing secrets and wrong routes do not.
_NAMES_STREAMS: Final = re.compile(r"GA4_MEASUREMENT_ID|STREAMS(\.[^.]+(\.measurement_id)?)?")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; as `connectors doctor site` describes it."""

    url: str | None
    har: str | None
    transaction_id: str | None
    delivery: str | None
    chromium: str | None
    timeout: float


def examine(options: Options, loaded: LoadedSettings) -> list[Finding]:
    """Look at a shop's page.

    Args:
        options: What the command line says.
        loaded: The settings.

    Raises:
        UsageError: The options do not belong together, or a file cannot be read.
        FailedError: There is no browser that starts.
    """
    if options.url is None and options.har is None:
        raise UsageError("which page? take a URL, or a saved recording: --har FILE")
    address = None if options.url is None else checked(options.url)
    expected = _expected(options, loaded)
    ours = _ours(loaded)
    if options.har is not None:
        seen = read_har(options.har, address and address.hostname)
    else:
        assert options.url is not None  # noqa: S101 - one of both is there
        try:
            seen = open_page(options.url, ours.ids, options.chromium, options.timeout)
        except NotSeenError as error:
            host = address.hostname if address else ""
            fix = "is the address right? give a slow page a longer --timeout"
            return [unknown(f"page of {host}", str(error), fix)]
    return [*findings.examine(seen, ours), *purchase.examine(seen, ours, expected)]


def _ours(loaded: LoadedSettings) -> Ours:
    reader = Reader(loaded.of())
    streams = read_streams(reader)
    places = [problem.partition(":")[0] for problem in reader.problems]
    if any(map(reader.given, _STREAMS)) and any(map(_NAMES_STREAMS.fullmatch, places)):
        return Ours(problem="the streams cannot be read: `connectors doctor local` says why")
    ids = [stream.measurement_id for stream in streams.by_name.values()]
    return Ours(tuple(name for name in ids if name is not None))


def _expected(options: Options, loaded: LoadedSettings) -> list[Expected]:
    """Return what the server will send."""
    if options.transaction_id is not None:
        if options.delivery is not None:
            raise UsageError(f"--transaction-id and {_DELIVERY}: take one of them")
        if not options.transaction_id.strip():
            raise UsageError("--transaction-id: is empty")
        return [Expected(options.transaction_id)]
    if options.delivery is None:
        return []
    settings = loaded.of()
    providers = read_providers(
        reader := Reader(settings), read_keys(reader), required=False, signed=False
    )
    found: list[Expected] = []
    for delivery in recorded_deliveries(options.delivery, _DELIVERY):
        kind, chosen = PROVIDERS[delivery.provider], providers.get(delivery.provider)
        try:
            choices = chosen.options if chosen else kind.options()
            meanings = [kind.map_event(event, choices) for event in kind.parse(delivery)]
        except (BadDelivery, UnusableError) as error:
            raise UsageError(f"{_DELIVERY}: a delivery cannot be read: {error}") from None
        found += [
            _of(meaning)
            for meaning in meanings
            if isinstance(meaning, Conversion) and meaning.kind is Kind.PURCHASE
        ]
    if not found:
        raise UsageError(f"{_DELIVERY}: nothing in {options.delivery} becomes a purchase")
    return found


def _of(meaning: Conversion) -> Expected:
    context = meaning.context
    sessions = {session.session_id for session in context.sessions} | {context.session_id}
    return Expected(
        transaction_id=meaning.transaction_id or "",
        known=True,
        client_id=context.client_id,
        session_ids=frozenset(str(each) for each in sessions if each is not None),
    )

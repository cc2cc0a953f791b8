"""`connectors trigger`: one delivery by name, at the local stack or at a function."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from shared.certificates import verified
from shared.providers.provider import Capability
from shared.providers.registry import PROVIDERS
from shared.secrets.reference import SecretReference, read_reference
from tools.errors import FailedError, UsageError
from tools.foreground import run_command
from tools.local_settings import signing_references
from tools.read_option import read_option
from tools.settings_source import SettingsSource
from tools.terminal import Terminal
from tools.traffic.kinds import KINDS
from tools.trigger.deliveries import Delivery, Terms, deliveries_of
from tools.trigger.post import Answer, Signed, post, sign
from tools.trigger.shown import answer_document, answer_line, as_curl, request_document
from tools.trigger.target import Target, checked_url, is_loopback, reader_of_secrets, stack_at
from tools.visible import write_error, write_json

_AMOUNT: Final = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII)
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_CLIENT_ID: Final = re.compile(r"[!-~]{1,100}", re.ASCII)
_SPAN: Final = re.compile(r"([0-9]{1,5})([mhd])", re.ASCII)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LATEST: Final = timedelta(days=400)
_WITHOUT_TEST_MODE: Final = frozenset(
    name for name, kind in PROVIDERS.items() if not kind.can(Capability.TEST_MODE)
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The command's options, as they were given."""

    url: str | None
    secret: str | None
    collector: str
    amount: str | None
    currency: str | None
    client_id: str | None
    session: str | None
    no_client: bool
    denied: bool
    late: str | None
    twice: bool
    debug: bool
    show_only: bool
    as_json: bool

    def terms(self) -> Terms:
        """Return what is different in the delivery.

        Raises:
            UsageError: A text cannot be read.
        """
        if self.amount is not None and not _AMOUNT.fullmatch(self.amount):
            raise UsageError("--amount takes a sum of money in digits, e.g. 49.90")
        if self.session is not None and not _SECONDS.fullmatch(self.session):
            raise UsageError("--session takes the Unix seconds at which it began, e.g. 1764000000")
        if self.client_id is not None and not _CLIENT_ID.fullmatch(self.client_id):
            raise UsageError("--client-id takes GA4's client id, e.g. 1170316824.1700000000")
        return Terms(
            amount=None if self.amount is None else Decimal(self.amount),
            currency=self.currency,
            client_id=self.client_id,
            session_id=self.session,
            has_client=not self.no_client,
            is_denied=self.denied,
            late=_span(self.late),
            debug=self.debug,
        )


def list_names(*, as_json: bool) -> int:
    """Print each name and what becomes of such a delivery.

    Args:
        as_json: One line of JSON for each.

    Returns:
        The exit status.
    """
    console = Terminal()
    width = max(map(len, KINDS))
    for name, kind in KINDS.items():
        if as_json:
            write_json({"name": name, "function": kind.function, "becomes": kind.becomes})
        else:
            console.one_line(f"{name:<{width}}  {kind.becomes}")
    return 0


def run(name: str, options: Options, source: SettingsSource) -> int:
    """Send what a name stands for.

    Args:
        name: One of those that `list_names` prints.
        options: The options.
        source: Where the settings of a deployed function are.

    Returns:
        The exit status: 0 when every answer was 2xx.

    Raises:
        UsageError: There is no such name, or an option makes no sense.
        FailedError: Nobody listens, or the secret cannot be read.
    """
    return run_command(_run(name, options, source))


async def _run(name: str, options: Options, source: SettingsSource) -> int:
    now = int(time.time())
    deliveries = deliveries_of(name, options.terms(), now=now)
    connector = aiohttp.TCPConnector(ssl=verified())
    async with aiohttp.ClientSession(connector=connector) as client:
        target = await _target(client, options, source, deliveries)
        if options.show_only:
            return await _show(deliveries, target, options, now)
        _warn_of_real_money(deliveries, target)
        console, answered = Terminal(), None
        async for answer in _sent(client, deliveries, target, twice=options.twice):
            answered = answer
            if options.as_json:
                write_json(answer_document(answer))
            elif answer.status is not None:
                console.one_line(answer_line(answer))
    if answered is not None and answered.is_success:
        return 0
    if answered is not None and answered.status is None and not options.as_json:
        raise FailedError(answered.reason or "no answer")
    return 1


async def _sent(
    client: aiohttp.ClientSession, deliveries: list[Delivery], target: Target, *, twice: bool
) -> AsyncIterator[Answer]:
    """Post deliveries one after another, up to the first that is not taken."""
    for number, delivery in enumerate(deliveries, start=1):
        signed = await sign(delivery, target, now=int(time.time()))
        is_last = number == len(deliveries)
        for _ in range(2 if twice and is_last else 1):
            answer = await post(client, signed)
            yield answer
            if not answer.is_success:
                return


async def _show(deliveries: list[Delivery], target: Target, options: Options, now: int) -> int:
    for delivery in deliveries:
        signed: Signed = await sign(delivery, target, now=now)
        if options.as_json:
            write_json(request_document(signed))
        else:
            Terminal().print(as_curl(signed), soft_wrap=True)
    return 0


async def _target(
    client: aiohttp.ClientSession,
    options: Options,
    source: SettingsSource,
    deliveries: list[Delivery],
) -> Target:
    """Return where the deliveries go, with the secret that an option or the settings name."""
    given = None
    if options.secret is not None:
        given = read_option("--secret", options.secret, read_reference)
    is_deployed = source.settings is not None or source.from_gcp is not None
    if options.url is None:
        if is_deployed:
            raise UsageError("--settings and --from-gcp go with --url, a function's address")
        found = await stack_at(client, checked_url("--collector", options.collector))
        return found if given is None else found.with_secret(given)
    functions = {delivery.function for delivery in deliveries}
    url = checked_url("--url", options.url)
    references: dict[str, SecretReference] = {}
    emulator = None
    if is_deployed:
        (function,) = functions
        settings = source.load().of(function)
        emulator = settings.get("SECRET_MANAGER_EMULATOR_HOST") or None
        references = {
            sender: read_option(f"the secret of {sender}", place, read_reference)
            for sender, place in signing_references(settings).items()
        }
    target = Target(dict.fromkeys(functions, url), references, reader_of_secrets(emulator))
    return target if given is None else target.with_secret(given)


def _warn_of_real_money(deliveries: list[Delivery], target: Target) -> None:
    """Say so where a function that is no local one cannot know that this is a test."""
    delivery = deliveries[-1]
    is_here = is_loopback(urlsplit(target.address(delivery)).hostname or "")
    if not is_here and delivery.request.sender in _WITHOUT_TEST_MODE:
        write_error(f"{delivery.name} has no test mode: what is deployed there counts it as real")


def _span(text: str | None) -> timedelta:
    if text is None:
        return timedelta(0)
    found = _SPAN.fullmatch(text)
    span = int(found[1]) * _UNITS[found[2]] if found else None
    if span is None or span > _LATEST:
        raise UsageError(f"--late takes a time such as 90m, 24h or 5d, up to {_LATEST.days}d")
    return span

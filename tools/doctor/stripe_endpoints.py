"""Does Stripe render events in an API version that the options can be read from?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import ConnectorError, UnusableError
from shared.providers.stripe import StripeOptions
from shared.providers.stripe.intent import NAMES_ITS_INVOICE_NO_MORE, NAMES_ITS_OWNER
from shared.providers.stripe.refunds import REFUNDS_HAVE_EVENTS
from shared.stripe_api.access import Access
from shared.stripe_api.client import VERSION, StripeApi
from tools.doctor.finding import Finding, error, ok, unknown, warning

_PATH: Final = "/v1/webhook_endpoints"
_EVENTS: Final = "/v1/events"
_ALL: Final = "*"
_REFUNDED: Final = "charge.refunded"
_UPGRADE: Final = "make an endpoint of a newer API version beside it, then remove this one"


class _Endpoint(msgspec.Struct, frozen=True):
    id: str
    api_version: str | None = None
    enabled_events: tuple[str, ...] = ()
    status: str = "enabled"


class _Endpoints(msgspec.Struct, frozen=True):
    data: list[_Endpoint]


class _Event(msgspec.Struct, frozen=True):
    api_version: str | None = None


class _Events(msgspec.Struct, frozen=True):
    data: list[_Event]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked, and the version that endpoints without one of their own have."""

    endpoints: Sequence[_Endpoint]
    default: str | None


async def examine(api: StripeApi, access: Access, options: StripeOptions) -> list[Finding]:
    """Return what is found of the webhook endpoints of an account.

    Args:
        api: Stripe's API.
        access: As whom it is asked.
        options: What the operator chose for Stripe.
    """
    try:
        asked = await _ask(api, access)
    except UnusableError as failure:
        return [unknown("stripe endpoints", f"Stripe's list has {failure}", "look again")]
    except ConnectorError as failure:
        # The function needs no such permission, so this is no fault of the deployment.
        fix = "let the key read Webhook Endpoints, or look yourself: Developers, Webhooks"
        return [warning("stripe endpoints", f"their API version is not known: {failure}", fix)]
    if not asked.endpoints:
        fix = "add an endpoint for payment_webhook, or events reach nobody"
        return [error("stripe endpoints", "the account has none", fix)]
    return [finding for each in asked.endpoints for finding in _of(each, asked.default, options)]


async def _ask(api: StripeApi, access: Access) -> _Asked:
    listed = read(await api.get(_PATH, access, [("limit", "100")]), _Endpoints).data
    if all(endpoint.api_version for endpoint in listed):
        return _Asked(listed, None)
    try:
        events = read(await api.get(_EVENTS, access, [("limit", "1")]), _Events).data
    except ConnectorError:
        return _Asked(listed, None)
    return _Asked(listed, events[0].api_version if events else None)


def _of(endpoint: _Endpoint, default: str | None, options: StripeOptions) -> Iterator[Finding]:
    about = f"stripe endpoint {endpoint.id}"
    if endpoint.status != "enabled":
        yield error(about, f"is {endpoint.status}: it gets no events", "enable it at Stripe")
        return
    version = endpoint.api_version or default
    if version is None:
        fix = "give the endpoint a version of its own"
        yield warning(about, "has the account's default API version, which is not known", fix)
        return
    problems = [*_older(version, endpoint, options), *_newer(version)]
    if not problems:
        yield ok(about, f"API version {version}")
    for says, fix in problems:
        yield warning(about, f"API version {version}: {says}", fix)


def _older(version: str, endpoint: _Endpoint, options: StripeOptions) -> Iterator[tuple[str, str]]:
    """Yield what the options need that an older version does not say."""
    if options.payment_intents and version < NAMES_ITS_OWNER:
        what = "session" if version < NAMES_ITS_INVOICE_NO_MORE else "invoice and session"
        yield (
            f"option payment_intents: an intent does not name its {what}, so each is asked about",
            _UPGRADE,
        )
    if version < REFUNDS_HAVE_EVENTS:
        if not {_ALL, _REFUNDED} & {*endpoint.enabled_events}:
            yield f"refunds come by {_REFUNDED} alone, which is not enabled", f"enable {_REFUNDED}"
        if options.reversals == "purchase":
            yield "option reversals: refund.failed does not exist yet", _UPGRADE


def _newer(version: str) -> Iterator[tuple[str, str]]:
    if version[:10] > VERSION[:10]:
        fix = "update the connectors, or take the older version for the endpoint"
        yield f"newer than {VERSION}, which the connectors were written for", fix

"""Which deliveries a name stands for, and what can be different in them."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from shared.domain.money import CURRENCIES
from shared.providers.minor_units import MAX_MINOR_UNITS
from shared.providers.registry import PROVIDERS
from tools.changed import replace
from tools.errors import UsageError
from tools.traffic.facts import Facts, Kind, Price, decimals
from tools.traffic.kinds import KINDS
from tools.traffic.request import Request, marked_for_debugging
from tools.traffic.sales import UNKNOWN, Visit, plain_visit

_ALPHABET: Final = string.ascii_lowercase + string.digits
_ORDER_LENGTH: Final = 14
_USUAL: Final = Decimal(2760)
_CURRENCY: Final = "EUR"
_SESSION_AGE: Final = 120
# So long ago that nothing waits any more for an event that knows the buyer (OWNER_WAIT_SECONDS).
_NOBODY_CAME: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is different in a delivery from what it usually says.

    Attributes:
        amount: What is paid, in major units, without tax or shipping.
        currency: ISO 4217, in any case. With an amount alone it is EUR.
        client_id: The buyer's browser. None: an invented one.
        session_id: The buyer's session. None: one that began two minutes before the payment.
        has_client: Whether the shop knows the browser at all. What nobody knows happened ten
            minutes ago, unless `late` says more: before that it may wait for who knows.
        is_denied: Whether the buyer denied analytics.
        late: How long ago it happened.
        debug: Whether it asks that GA4's DebugView shows its event.
    """

    amount: Decimal | None = None
    currency: str | None = None
    client_id: str | None = None
    session_id: str | None = None
    has_client: bool = True
    is_denied: bool = False
    late: timedelta = timedelta(0)
    debug: bool = False


USUAL: Final = Terms()
"""Nothing is different."""


@dataclass(frozen=True)
class Delivery:
    """One delivery, not signed yet.

    Attributes:
        name: Its kind.
        function: Which function takes it.
        request: What is posted.
    """

    name: str
    function: str
    request: Request


def deliveries_of(
    name: str, terms: Terms, *, now: int, new_order: Callable[[], str] | None = None
) -> list[Delivery]:
    """Return what a name stands for, all about one new order.

    What is about something earlier has that before it: a refund its purchase.

    Args:
        name: One of `KINDS`.
        terms: What is different in all of them.
        now: The present moment, Unix seconds.
        new_order: Makes the text that all ids are made of. Default: a random one.

    Raises:
        UsageError: There is no such name, or the terms cannot be.
    """
    if name not in KINDS:
        near = get_close_matches(name.lower(), KINDS, 1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        names = ", ".join(KINDS)
        raise UsageError(f"there is no delivery called '{name}'{meant}; there are: {names}")
    order = (new_order or _random_order)()
    late = terms.late
    if not terms.has_client and not late:
        late = _NOBODY_CAME
    happened_at = now - int(late.total_seconds())
    visit = _visit(terms, happened_at)
    made = []
    for each in (*KINDS[name].after, name):
        kind = KINDS[each]
        price = _price(each, kind, terms)
        request = kind.make(Facts(order, visit, happened_at, price))
        if terms.debug:
            request = marked_for_debugging(request)
        made.append(Delivery(each, kind.function, request))
    return made


def _price(name: str, kind: Kind, terms: Terms) -> Price | None:
    if terms.amount is None and terms.currency is None:
        return None
    if not kind.has_price:
        raise UsageError(f"{name} names no amount: --amount and --currency are not for it")
    currency = _CURRENCY if terms.currency is None else terms.currency.upper()
    sender = name.partition(".")[0]
    known = PROVIDERS[sender].currencies if sender in PROVIDERS else CURRENCIES
    if currency not in known:
        whose = "active ISO 4217" if known is CURRENCIES else f"of {PROVIDERS[sender].title}'s"
        raise UsageError(f"--currency: no {whose} currency, e.g. EUR, JPY")
    most = decimals(currency, sender)
    if terms.amount is None:
        return Price(_USUAL.scaleb(-most), currency)
    minor = terms.amount.scaleb(most)
    if minor != minor.to_integral_value():
        raise UsageError(f"--amount: {currency} has {most or 'no'} decimals")
    if not 0 < minor <= MAX_MINOR_UNITS:
        raise UsageError(
            f"--amount takes more than 0, and up to {Decimal(MAX_MINOR_UNITS).scaleb(-most):f}"
        )
    return Price(terms.amount, currency)


def _visit(terms: Terms, happened_at: int) -> Visit:
    if not terms.has_client and (terms.client_id or terms.session_id):
        raise UsageError("--no-client leaves out what --client-id and --session give: take one")
    if not terms.has_client:
        visit = UNKNOWN
    else:
        client_id = terms.client_id or f"{secrets.randbelow(2**31)}.{happened_at - 86_400}"
        session_id = int(terms.session_id or happened_at - _SESSION_AGE)
        visit = plain_visit(client_id, session_id, happened_at, "granted")
    if not terms.is_denied:
        return visit
    return replace(visit, metadata={**visit.metadata, "ga_consent_analytics": "denied"})


def _random_order() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ORDER_LENGTH))

"""Apple's notifications, for `connectors trigger` and the tests."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.changed import replace
from tools.traffic.apple_signer import Signer, chain, signer
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender
from tools.traffic.server_kinds import capture_of

_CONTEXT: Final = "apple.context"
_START: Final = "apple.subscription"
_TRIAL: Final = "apple.trial"
_APP: Final = {"bundleId": "com.example.app", "environment": "Sandbox"}
_INNER: Final = {"signedTransactionInfo": "JWSTransaction", "signedRenewalInfo": "JWSRenewalInfo"}


def _notification(kind: str, subtype: str | None = None, name: str = "1", **fields: Any) -> Make:  # noqa: ANN401 - JSON
    """A notification of a transaction of 21.60 EUR; with a price, of that."""

    def make(facts: Facts) -> Request:
        price, currency = 21_600, "EUR"
        if facts.price is not None:
            price, currency = int(facts.price.amount.scaleb(3)), facts.price.currency
        transaction: Json = {
            **_APP,
            "transactionId": f"20000{facts.order}{name}",
            "originalTransactionId": f"20000{facts.order}1",
            "productId": "com.example.app.pro",
            "purchaseDate": (facts.now - 10) * 1000,
            "quantity": 1,
            "type": "Auto-Renewable Subscription",
            "inAppOwnershipType": "PURCHASED",
            "appAccountToken": _token(facts),
            "storefront": "DEU",
            "currency": currency,
            "price": price,
            "signedDate": (facts.now - 5) * 1000,
            **fields,
        }
        renewal = {
            "originalTransactionId": transaction["originalTransactionId"],
            "environment": _APP["environment"],
            "autoRenewStatus": 1,
            "signedDate": (facts.now - 5) * 1000,
        }
        notification: Json = {
            "notificationType": kind,
            "notificationUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}{name}{facts.order}")),
            "version": "2.0",
            "signedDate": (facts.now - 5) * 1000,
            "data": {
                **_APP,
                "appAppleId": 123456789,
                "signedTransactionInfo": transaction,
                "signedRenewalInfo": renewal,
            },
        }
        if subtype is not None:
            notification["subtype"] = subtype
        body = json.dumps({"signedPayload": notification}).encode()
        return Request("apple", body, {"content-type": "application/json"})

    return make


def _refund(facts: Facts) -> Request:
    """A refund of half; with a price, of all of it."""
    percentage = 50_000 if facts.price is None else 100_000
    return _notification("REFUND", revocationPercentage=percentage, revocationReason=0)(facts)


def _token(facts: Facts) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, facts.order))


def _context(facts: Facts) -> Request:
    """What the app knew of the user, under the UUID that it gives to Apple, as Swift writes it."""
    return capture_of(facts, _token(facts).upper())


def _sign(request: Request, secret: str, _now: int) -> Request:
    """Return the request with each part that is still an object as JWS of Apple's."""
    # There is no secret: what another process signs with stands in a file, as JSON.
    by = Signer.read(secret) if secret.startswith("{") else signer()
    document: Any = json.loads(request.body)
    notification = document["signedPayload"]
    data = notification.get("data")
    if isinstance(data, dict):
        for name in _INNER:
            if name in data and not isinstance(data[name], str):
                data[name] = by.jws(data[name])
    return replace(request, body=json.dumps({"signedPayload": by.jws(notification)}).encode())


def _environment(folder: Path, _secret: str) -> Mapping[str, str]:
    root, own = folder / "apple_root.pem", folder / "apple_signer.json"
    root.write_text(chain()[2].pem, encoding="ascii")
    own.touch(mode=0o600)
    own.write_text(signer().write(), encoding="ascii")
    return {"CONNECTORS_APPLE_ROOT": str(root), "CONNECTORS_APPLE_SIGNER": f"file:{own}"}


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, (_CONTEXT, *after), has_price)


_FREE: Final[Mapping[str, Any]] = {"offerDiscountType": "FREE_TRIAL", "offerType": 1, "price": 0}

SENDER: Final = Sender(
    kinds={
        "apple.purchase": _kind(
            _notification("ONE_TIME_CHARGE", type="Consumable"), "purchase, one_time"
        ),
        _START: _kind(_notification("SUBSCRIBED", "INITIAL_BUY"), "purchase, subscription_start"),
        "apple.renewal": _kind(
            _notification("DID_RENEW", name="2"), "purchase, subscription_renewal", _START
        ),
        "apple.upgrade": _kind(
            _notification("DID_CHANGE_RENEWAL_PREF", "UPGRADE", "3"),
            "purchase, subscription_update",
            _START,
        ),
        _TRIAL: _kind(
            _notification("SUBSCRIBED", "INITIAL_BUY", "1", **_FREE),
            "start_trial, with option lifecycle",
        ),
        "apple.trial_converted": _kind(
            _notification("DID_RENEW", name="2"), "purchase, subscription_start", _TRIAL
        ),
        "apple.refund": _kind(_refund, "refund", _START),
        "apple.refund_reversed": _kind(
            _notification("REFUND_REVERSED"),
            "nothing; the ledger has it",
            _START,
            "apple.refund",
        ),
        "apple.cancel_scheduled": _kind(
            _notification("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED"),
            "subscription_cancel_scheduled, with option lifecycle",
            has_price=False,
        ),
        "apple.expired": _kind(
            _notification("EXPIRED", "VOLUNTARY"),
            "subscription_cancelled, with option lifecycle",
            has_price=False,
        ),
        "apple.payment_failed": _kind(
            _notification("DID_FAIL_TO_RENEW"),
            "payment_failed, with option payment_failed",
            has_price=False,
        ),
        "apple.other": _kind(_notification("CONSUMPTION_REQUEST"), "nothing", has_price=False),
        _CONTEXT: Kind("context_capture", _context, "nothing: it is kept"),
    },
    sign=_sign,
    environment=_environment,
)

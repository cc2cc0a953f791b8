"""Adyen's deliveries, for `connectors trigger` and the tests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_SIGNED: Final = ("pspReference", "originalReference", "merchantAccountCode", "merchantReference")


def _payment(name: str = "", *, success: str = "true", **additional: str) -> Make:
    """A payment of 21.60 EUR; with a price, of that."""

    def make(facts: Facts) -> Request:
        amount = _amount(facts, 2160)
        metadata = {f"metadata.{key}": value for key, value in facts.visit.metadata.items()}
        shopper = {"recurring.shopperReference": f"shopper-{facts.order}"} if additional else {}
        item = {
            "pspReference": _psp(facts, f"A{name}"),
            "eventCode": "AUTHORISATION",
            "success": success,
            "amount": amount,
            "paymentMethod": "mc",
            "reason": "033899:1111:03/2030" if success == "true" else "Refused",
            "operations": ["CANCEL", "CAPTURE", "REFUND"],
        }
        return _delivery(facts, item, {**metadata, **shopper, **additional})

    return make


def _modification(code: str, name: str, amount: int | None = None) -> Make:
    """What becomes of a payment later; with a price, of all of it."""

    def make(facts: Facts) -> Request:
        item = {
            "pspReference": _psp(facts, name),
            "originalReference": _psp(facts, "A"),
            "eventCode": code,
            "success": "true",
            "amount": _amount(facts, 2160 if amount is None else amount),
            "paymentMethod": "mc",
            "reason": "",
        }
        return _delivery(facts, item, {})

    return make


def _amount(facts: Facts, minor: int) -> Json:
    if facts.price is None:
        return {"value": minor, "currency": "EUR"}
    return {"value": facts.price.minor("adyen"), "currency": facts.price.currency}


def _psp(facts: Facts, name: str) -> str:
    return f"{facts.order}-{name}".upper()


def _delivery(facts: Facts, item: Json, additional: Mapping[str, str]) -> Request:
    whole = {
        "eventDate": rfc3339(facts.now - 5).replace("Z", "+00:00"),
        "merchantAccountCode": "ShopECOM",
        "merchantReference": f"ORDER-{facts.order}",
        **item,
        "additionalData": dict(additional),
    }
    document = {"live": "false", "notificationItems": [{"NotificationRequestItem": whole}]}
    return Request("adyen", json.dumps(document).encode(), {"content-type": "application/json"})


def _sign(request: Request, secret: str, _now: int) -> Request:
    """Return the request with the signature in each of its items, as text that ends in `=`."""
    document = json.loads(request.body)
    for wrapper in document.get("notificationItems", []):
        item = wrapper["NotificationRequestItem"]
        amount = item.get("amount") or {}
        fields = [item.get(name) for name in _SIGNED]
        fields += [amount.get("value"), amount.get("currency")]
        fields += [item.get("eventCode"), item.get("success")]
        text = ":".join("" if field is None else str(field) for field in fields)
        digest = hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        item["additionalData"] = {**(item.get("additionalData") or {}), "hmacSignature": signature}
    return replace(request, body=json.dumps(document).encode())


_KINDS: Final[Mapping[str, Kind]] = {
    "adyen.payment": Kind("payment_webhook", _payment(), "purchase, one_time"),
    "adyen.subscription": Kind(
        "payment_webhook",
        _payment(recurringProcessingModel="Subscription", shopperInteraction="Ecommerce"),
        "purchase, subscription_start",
    ),
    "adyen.renewal": Kind(
        "payment_webhook",
        _payment("2", recurringProcessingModel="Subscription", shopperInteraction="ContAuth"),
        "purchase, subscription_renewal",
        ("adyen.subscription",),
    ),
    "adyen.capture": Kind(
        "payment_webhook",
        _modification("CAPTURE", "C"),
        "nothing: the authorisation is the money",
        ("adyen.payment",),
        has_price=False,
    ),
    "adyen.refund": Kind(
        "payment_webhook", _modification("REFUND", "R", 1080), "refund", ("adyen.payment",)
    ),
    "adyen.refund_failed": Kind(
        "payment_webhook",
        _modification("REFUND_FAILED", "R", 1080),
        "nothing; the ledger has it",
        ("adyen.payment", "adyen.refund"),
    ),
    "adyen.cancellation": Kind(
        "payment_webhook", _modification("CANCELLATION", "X"), "refund", ("adyen.payment",)
    ),
    "adyen.dispute": Kind(
        "payment_webhook",
        _modification("NOTIFICATION_OF_CHARGEBACK", "D"),
        "dispute_opened, with option disputes",
        ("adyen.payment",),
    ),
    "adyen.chargeback": Kind(
        "payment_webhook",
        _modification("CHARGEBACK", "D"),
        "refund, with option disputes",
        ("adyen.payment",),
    ),
    "adyen.payment_failed": Kind(
        "payment_webhook",
        _payment("F", success="false"),
        "payment_failed, with option payment_failed",
        has_price=False,
    ),
    "adyen.other": Kind(
        "payment_webhook", _modification("REPORT_AVAILABLE", "O"), "nothing", has_price=False
    ),
}

SENDER: Final = Sender(kinds=_KINDS, sign=_sign)

"""Where each thing that a request says is in the event, or which note names it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Any, Final

_PARAMS: Final = "events[0].params"
_PLACE: Final = {
    "city": "city",
    "region_id": "subdivisionCode",
    "country_id": "regionCode",
    "subcontinent_id": "subcontinentCode",
    "continent_id": "continentCode",
}
_DEVICE: Final = {
    "category": "category",
    "language": "languageCode",
    "operating_system": "operatingSystem",
    "operating_system_version": "operatingSystemVersion",
    "model": "model",
    "brand": "brand",
    "browser": "browser",
    "browser_version": "browserVersion",
}
_ITEM_FIELDS: Final = ("item_id", "price", "quantity", "discount")


def lost(document: dict[str, Any], event: dict[str, Any], notes: Sequence[str]) -> list[str]:
    """Return the paths of all that is neither in the event, with its value, nor in a note.

    Args:
        document: The Measurement Protocol's request, of one event.
        event: What it became, its numbers as Decimal.
        notes: What was said of it.
    """
    named = {note.split(": ", 1)[0] for note in notes}
    params = document["events"][0].get("params", {})
    missing = [
        *_of_request(document, event),
        *_of_params(params, event, named),
        *_of_properties(document.get("user_properties", {}), event),
    ]
    return [path for path in missing if not _is_named(path, named)]


def _is_named(path: str, named: set[str]) -> bool:
    """Tell whether a note names a path, or something that holds it."""
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in named)


def _of_request(document: dict[str, Any], event: dict[str, Any]) -> Iterator[str]:
    device, place = event.get("eventDeviceInfo", {}), event.get("eventLocation", {})
    yield from _unequal(document, event, {"client_id": "clientId", "user_id": "userId"}, "")
    yield from _unequal(document, event, {"app_instance_id": "appInstanceId"}, "")
    yield from _unequal(document, device, {"user_agent": "userAgent"}, "")
    yield from _unequal(document, device, {"ip_override": "ipAddress"}, "")
    yield from _unequal(document.get("user_location", {}), place, _PLACE, "user_location.")
    yield from _unequal(document.get("device", {}), device, _DEVICE, "device.")
    size = document.get("device", {}).get("screen_resolution")
    if size and size != f"{device.get('screenWidth')}x{device.get('screenHeight')}":
        yield "device.screen_resolution"
    for name, choice in document.get("consent", {}).items():
        wire = {"ad_user_data": "adUserData", "ad_personalization": "adPersonalization"}[name]
        if event.get("consent", {}).get(wire) != f"CONSENT_{choice}":
            yield f"consent.{name}"
    hashes = {text for each in _identifiers(event) for text in each.values() if text}
    for name in ("sha256_email_address", "sha256_phone_number"):
        if not hashes.issuperset(document.get("user_data", {}).get(name, [])):
            yield f"user_data.{name}"


def _identifiers(event: dict[str, Any]) -> list[dict[str, str]]:
    identifiers = event.get("userData", {}).get("userIdentifiers", [])
    return [each for each in identifiers if "address" not in each]


def _unequal(
    said: dict[str, Any], there: dict[str, Any], names: dict[str, str], path: str
) -> Iterator[str]:
    for name, wire in names.items():
        if name in said and there.get(wire) != said[name]:
            yield f"{path}{name}"


def _of_params(params: dict[str, Any], event: dict[str, Any], named: set[str]) -> Iterator[str]:
    own = {"value": "conversionValue", "currency": "currency", "transaction_id": "transactionId"}
    yield from _unequal(params, event, own, f"{_PARAMS}.")
    written = {p["parameterName"]: p["value"] for p in event.get("additionalEventParameters", ())}
    cart = event.get("cartData", {})
    for name, value in params.items():
        if name in own or name == "items":
            continue
        if name == "coupon" and cart.get("couponCodes") == [value]:
            continue
        if name == "customer_type" and event.get("userProperties", {}).get("customerType"):
            continue
        if not _says(written.get(name), value):
            yield f"{_PARAMS}.{name}"
    left = list(cart.get("items", ()))
    for at, item in enumerate(params.get("items", ())):
        path = f"{_PARAMS}.items[{at}]"
        if _is_named(path, named):
            continue
        yield from _of_item(item, left.pop(0) if left else {}, path)


def _of_item(item: dict[str, Any], there: dict[str, Any], path: str) -> Iterator[str]:
    quantity, price = Decimal(item.get("quantity", 1)), Decimal(item["price"])
    with localcontext(prec=100):
        if there.get("unitPrice", 0) * int(there.get("quantity", 0)) != price * quantity:
            yield f"{path}.price is another sum"
    if there.get("itemId") != item.get("item_id", item.get("item_name")):
        yield f"{path}.item_id is another"
    written = {p["parameterName"]: p["value"] for p in there.get("additionalItemParameters", ())}
    for name, value in item.items():
        if name not in _ITEM_FIELDS and not _says(written.get(name), value):
            yield f"{path}.{name}"
    if "discount" in item:
        with localcontext(prec=100):
            total = Decimal(item["discount"]) * quantity
            if Decimal(written["discount"]) * int(there["quantity"]) != total:
                yield f"{path}.discount is another sum"


def _of_properties(properties: dict[str, Any], event: dict[str, Any]) -> Iterator[str]:
    listed = event.get("userProperties", {}).get("additionalUserProperties", ())
    written = {each["propertyName"]: each["value"] for each in listed}
    for name, holder in properties.items():
        if not _says(written.get(name), holder["value"]):
            yield f"user_properties.{name}.value"


def _says(text: str | None, value: object) -> bool:
    """Tell whether a text is a value: the same text, or exactly the same number."""
    if text is None:
        return False
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, str):
        return text == value
    assert isinstance(value, int | Decimal)
    return "e" not in text.lower() and Decimal(text) == value

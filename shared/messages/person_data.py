"""`user_data` of a message, hashed: what is not hashed by the sender is hashed here on request."""

from collections.abc import Callable

from shared.domain import user_data_hashes as hashes
from shared.domain.user_data import Address, UserData, believable_user_data
from shared.messages.server_event import PersonAddress, PersonData

_AT = "user_data"


def user_data_of(told: PersonData | None, notes: list[str]) -> UserData | None:
    """Return what the person provided, all of it hashed that Google wants hashed.

    Args:
        told: As the sender gave it.
        notes: Where `user_data.FIELD: problem` is added for what is left out, never the value.
    """
    if told is None:
        return None
    emails = _hashed(told, told.email_address, hashes.sha256_email_address, "email_address", notes)
    phones = _hashed(told, told.phone_number, hashes.sha256_phone_number, "phone_number", notes)
    addresses = told.address if isinstance(told.address, tuple) else (told.address,)
    whole = UserData(
        _several(told.sha256_email_address) + emails,
        _several(told.sha256_phone_number) + phones,
        tuple(_address(address, told, notes) for address in addresses),
    )
    return believable_user_data(whole, notes, at=_AT)


def _address(address: PersonAddress, told: PersonData, notes: list[str]) -> Address:
    def part(name: str, given: str | None, way: Callable[[str], str | None]) -> str | None:
        found = _hashed(told, given or (), way, f"address.{name}", notes)
        return found[0] if found else None

    def plain(given: str | None, way: Callable[[str], str | None]) -> str | None:
        return (way(given) if told.hash else given) if given else None

    return Address(
        address.sha256_first_name or part("first_name", address.first_name, hashes.sha256_name),
        address.sha256_last_name or part("last_name", address.last_name, hashes.sha256_name),
        address.sha256_street or part("street", address.street, hashes.sha256_street),
        plain(address.city, hashes.city),
        plain(address.region, hashes.region),
        plain(address.postal_code, hashes.postal_code),
        plain(address.country, hashes.country),
    )


def _hashed(
    told: PersonData,
    given: str | tuple[str, ...],
    way: Callable[[str], str | None],
    name: str,
    notes: list[str],
) -> tuple[str, ...]:
    texts = [text for text in _several(given) if text.strip()]
    if texts and not told.hash:
        notes.append(f"{_AT}.{name}: not hashed, and hash is not true")
        return ()
    found = [way(text) for text in texts]
    if None in found:
        notes.append(f"{_AT}.{name}: not usable")
    return tuple(text for text in found if text is not None)


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given

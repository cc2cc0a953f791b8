"""`user_data` of a message, hashed: what is not hashed by the sender is hashed here on request."""

from collections.abc import Callable

from shared.domain import user_data_hashes as hashes
from shared.domain.notes import Notes
from shared.domain.user_data import Address, UserData, believable_user_data
from shared.messages.server_event import PersonAddress, PersonData


def user_data_of(raw: PersonData | None, notes: Notes) -> UserData | None:
    """Return what the person provided, all of it hashed that Google wants hashed.

    Args:
        raw: As the sender gave it.
        notes: The message's; each field that is left out is named, never its value.
    """
    if raw is None:
        return None
    notes = notes.under("user_data")
    emails = _hashed(raw, raw.email_address, hashes.sha256_email_address, "email_address", notes)
    phones = _hashed(raw, raw.phone_number, hashes.sha256_phone_number, "phone_number", notes)
    addresses = raw.address if isinstance(raw.address, tuple) else (raw.address,)
    whole = UserData(
        _several(raw.sha256_email_address) + emails,
        _several(raw.sha256_phone_number) + phones,
        tuple(_address(address, raw, notes) for address in addresses),
    )
    return believable_user_data(whole, notes)


def _address(address: PersonAddress, person: PersonData, notes: Notes) -> Address:
    def part(name: str, given: str | None, way: Callable[[str], str | None]) -> str | None:
        hashed = _hashed(person, given or (), way, f"address.{name}", notes)
        return hashed[0] if hashed else None

    def plain(given: str | None, way: Callable[[str], str | None]) -> str | None:
        return (way(given) if person.hash else given) if given else None

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
    person: PersonData,
    given: str | tuple[str, ...],
    way: Callable[[str], str | None],
    name: str,
    notes: Notes,
) -> tuple[str, ...]:
    texts = [text for text in _several(given) if text.strip()]
    if texts and not person.hash:
        notes.add(name, "not hashed, and hash is not true")
        return ()
    hashed = [way(text) for text in texts]
    if None in hashed:
        notes.add(name, "not usable")
    return tuple(text for text in hashed if text is not None)


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given

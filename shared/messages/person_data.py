"""What a message says of a person, hashed at once: no plain address or number is ever stored.

Where the text is hashed here, it is hashed for both sinks: their steps differ, and nobody can do it
again from a hash (docs/decisions/0061-two-ways-to-hash.md).
"""

from shared.changed import replace
from shared.domain.data_manager_hashes import DATA_MANAGER
from shared.domain.notes import Notes
from shared.domain.user_data import Address, HashedUserData, UserData, believable_user_data
from shared.domain.user_data_hashes import MEASUREMENT_PROTOCOL, Step, Steps
from shared.messages.server_event import PersonAddress, PersonData


def user_data_of(raw: PersonData | None, notes: Notes) -> UserData | None:
    """Return what the person provided, all of it hashed that Google wants hashed.

    Args:
        raw: As the sender gave it.
        notes: The message's; each field that is left out is named, never its value.
    """
    if raw is None:
        return None
    person = _Person(raw, MEASUREMENT_PROTOCOL, notes.under("user_data")).believable()
    if person is None or not raw.hash:
        return person
    other = _Person(raw, DATA_MANAGER, Notes()).believable()
    return person if other in (None, person) else replace(person, data_manager=_plain(other))


def _plain(person: UserData) -> HashedUserData:
    return HashedUserData(person.sha256_email_address, person.sha256_phone_number, person.address)


class _Person:
    """What a message says of a person, on its way to one API.

    Args:
        raw: As the sender gave it.
        steps: That API's.
        notes: Where each field that is left out is named.
    """

    def __init__(self, raw: PersonData, steps: Steps, notes: Notes) -> None:
        self._raw = raw
        self._steps = steps
        self._notes = notes

    def believable(self) -> UserData | None:
        """Return what can be used."""
        raw, steps = self._raw, self._steps
        emails = self._hashed(raw.email_address, steps.email, "email_address")
        phones = self._hashed(raw.phone_number, steps.phone, "phone_number")
        addresses = raw.address if isinstance(raw.address, tuple) else (raw.address,)
        whole = HashedUserData(
            _several(raw.sha256_email_address) + emails,
            _several(raw.sha256_phone_number) + phones,
            tuple(self._address(address) for address in addresses),
        )
        return believable_user_data(whole, self._notes)

    def _address(self, address: PersonAddress) -> Address:
        steps = self._steps
        return Address(
            address.sha256_first_name or self._part("first_name", address.first_name, steps.name),
            address.sha256_last_name or self._part("last_name", address.last_name, steps.name),
            address.sha256_street or self._part("street", address.street, steps.street),
            self._in_the_clear(address.city, steps.city),
            self._in_the_clear(address.region, steps.region),
            self._in_the_clear(address.postal_code, steps.postal_code),
            self._in_the_clear(address.country, steps.country),
        )

    def _part(self, name: str, given: str | None, step: Step) -> str | None:
        hashed = self._hashed(given or (), step, f"address.{name}")
        return hashed[0] if hashed else None

    def _in_the_clear(self, given: str | None, step: Step) -> str | None:
        return (step(given) if self._raw.hash else given) if given else None

    def _hashed(self, given: str | tuple[str, ...], step: Step, name: str) -> tuple[str, ...]:
        texts = [text for text in _several(given) if text.strip()]
        if texts and not self._raw.hash:
            self._notes.add(name, "not hashed, and hash is not true")
            return ()
        hashed = [step(text) for text in texts]
        if None in hashed:
            self._notes.add(name, "not usable")
        return tuple(text for text in hashed if text is not None)


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given

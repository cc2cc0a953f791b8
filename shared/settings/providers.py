"""`PAYMENT_PROVIDERS`: whose webhooks are taken."""

import difflib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from shared.errors import InvalidValueError
from shared.faults import words_of
from shared.providers.provider import PaymentProvider, Variable
from shared.providers.registry import PROVIDERS
from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings import values
from shared.settings.places import read_json
from shared.settings.reader import Reader

NAME: Final = "PAYMENT_PROVIDERS"
_EXPECTED: Final = '{"PROVIDER": {"secret": REFERENCE}, …}'
_EXAMPLE: Final = '{"stripe": {"secret": "projects/my-shop/secrets/stripe-signing"}}'
_KEYS: Final = "transaction_id_keys"
_NOTHING: Final[tuple[object, ...]] = (None, [], "")


class Provider(msgspec.Struct, frozen=True):
    """One payment provider whose webhooks are taken.

    Attributes:
        name: Its name, and the path it posts to.
        kind: How it signs and what its events mean.
        secrets: Where its signing secrets are; several while one is rotated.
        options: The operator's choices for it: a value of `kind.options`.
        api_key: Where the key for its API is, where there is one.
        others: Where its further secrets are, by their name in the entry.
    """

    name: str
    kind: PaymentProvider
    secrets: tuple[SecretReference, ...]
    options: Any
    api_key: SecretReference | None = None
    others: Mapping[str, tuple[SecretReference, ...]] = msgspec.field(default_factory=dict)


def read_providers(
    reader: Reader, keys: tuple[str, ...], *, required: bool = True, signed: bool = True
) -> Mapping[str, Provider]:
    """Return the configured providers by name.

    Args:
        reader: Collects what is wrong.
        keys: The metadata keys of `TRANSACTION_ID_KEYS`.
        required: Whether there must be one.
        signed: Whether deliveries are verified, so that each needs a signing secret.
    """
    read = reader.required if required else reader.optional
    entries = read(NAME, _entries, _EXPECTED) or {}
    providers = {}
    for name, entry in entries.items():
        if name not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            reader.problems.append(f"{NAME}: only {known} can be a provider")
            continue
        if not isinstance(entry, dict):
            _read_text(reader, name, entry)
            continue
        kind = PROVIDERS[name]
        # Every secret that stands where its place belongs is reported, whatever else is wrong.
        given = {each: entry.get(each) for each in kind.references}
        proved = kind.key_suffices and "api_key" in entry
        nothing = all(given[each] in _NOTHING for each in kind.secrets)
        if signed and kind.secrets and nothing and not proved:
            problem = f"missing; it is {EXPECTED}, or a list of these"
            either = "".join(f", or {name}.{each}" for each in kind.secrets[1:])
            reader.problems.append(f"{NAME}: {name}.{kind.secrets[0]}{either}: {problem}")
        found = {each: _secrets(reader, name, each, given[each]) for each in kind.references}
        secrets = found.pop("secret", ())
        api_key = _api_key(reader, name, entry)
        options = _options(reader, f"{NAME}: {name}", entry, kind)
        if options is not None:
            reader.problems += [
                f"{NAME}: {name}.{need}: missing; {why}"
                for need, why in kind.key_needs.items()
                if api_key is not None and getattr(options, need) is None
            ]
            if name == "paypal" and _is_half(options.client_id, api_key, signed=signed):
                reader.problems.append(
                    f"{NAME}: paypal: client_id and api_key belong together: the id of an app, "
                    "and where its secret is"
                )
            providers[name] = Provider(
                name=name,
                kind=kind,
                secrets=secrets,
                options=msgspec.structs.replace(
                    options, transaction_id_keys=keys, **read_environment(reader, kind)
                ),
                api_key=api_key,
                others={each: references for each, references in found.items() if references},
            )
    return providers


def _is_half(client_id: str | None, key: SecretReference | None, *, signed: bool) -> bool:
    """Return whether one of two is missing; what verifies nothing is not given the key."""
    return client_id is None if key is not None else signed and client_id is not None


def read_environment(reader: Reader, kind: PaymentProvider) -> dict[str, str]:
    """Return the options of a provider that the deployment sets, beside its entry.

    Args:
        reader: Collects what is wrong.
        kind: The provider.
    """
    found = {option: _variable(reader, each) for option, each in kind.environment.items()}
    return {option: value for option, value in found.items() if value is not None}


def _variable(reader: Reader, variable: Variable) -> str | None:
    if variable.reads == "pem":
        return reader.optional(variable.name, values.certificates, "the path of a PEM file")
    expected = f"{' or '.join(variable.hosts)}, or http on loopback"
    return reader.optional(variable.name, values.provider_api(*variable.hosts), expected)


def _read_text(reader: Reader, name: str, entry: object) -> None:
    """Say what is wrong with an entry that is no object: a secret by itself, perhaps."""
    before = len(reader.problems)
    if isinstance(entry, str):
        reader.attempt(f"{NAME}: {name}", lambda: read_reference(entry))
    if len(reader.problems) == before:
        reader.problems.append(f"{NAME}: {name}: takes an object, e.g. {_EXAMPLE}")


def _secrets(
    reader: Reader, name: str, field_name: str, given: object
) -> tuple[SecretReference, ...]:
    """Return where a provider's secrets of one name are; none where the entry does not say."""
    if given in _NOTHING:
        return ()
    texts = given if isinstance(given, list) else [given]
    at = f"{NAME}: {name}.{field_name}"
    found = [reader.attempt(at, partial(_reference, text)) for text in texts]
    return tuple(secret for secret in found if secret is not None)


def _api_key(reader: Reader, name: str, entry: Mapping[str, object]) -> SecretReference | None:
    if "api_key" not in entry:
        return None
    at = f"{NAME}: {name}.api_key"
    found = reader.attempt(at, lambda: _reference(entry["api_key"]))
    if found is not None and not PROVIDERS[name].has_api_key:
        known = ", ".join(sorted(name for name, kind in PROVIDERS.items() if kind.has_api_key))
        reader.problems.append(f"{at}: only {known} have one")
    return found


def _reference(given: object) -> SecretReference:
    if not isinstance(given, str):
        raise InvalidValueError(f"takes text: {EXPECTED}")
    return read_reference(given.strip())


def _options(
    reader: Reader,
    at: str,
    entry: Mapping[str, object],
    kind: PaymentProvider,
) -> Any:  # noqa: ANN401 - of the provider's type of options
    """Return what is the provider's own; the transaction id's keys are a setting for all."""
    references = (*kind.references, "api_key")
    given = {name: value for name, value in entry.items() if name not in references}
    fields = msgspec.structs.fields(kind.options)
    others = {_KEYS, *kind.environment}
    known = {field.name: field.type for field in fields if field.name not in others}
    problems = []
    for name, value in given.items():
        if name == _KEYS:
            problems.append(f"{_KEYS} is set by TRANSACTION_ID_KEYS")
        elif name not in known:
            # The name may be a secret that somebody put there: only names of ours are repeated.
            near = difflib.get_close_matches(name, known, n=1)
            named = _listed((*known, *kind.references))
            hint = f"did you mean {near[0]}?" if near else f"there is {named}"
            problems.append(f"has an option that does not exist; {hint}")
        elif not _fits(value, known[name]):
            problems.append(f"{name} takes {words_of(known[name])}")
    reader.problems += [f"{at}: {problem}" for problem in dict.fromkeys(problems)]
    return None if problems else msgspec.convert(given, kind.options)


def _fits(value: object, shape: Any) -> bool:  # noqa: ANN401 - any type of msgspec's
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return False
    return True


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def _entries(text: str) -> dict[str, object]:
    try:
        found = read_json(text)
    except InvalidValueError as error:
        raise InvalidValueError(f"{error}, e.g. {_EXAMPLE}") from None
    if not isinstance(found, dict) or not found:
        raise InvalidValueError(f"takes an object with an entry for each provider, e.g. {_EXAMPLE}")
    return found

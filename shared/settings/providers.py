"""`PAYMENT_PROVIDERS`: whose webhooks are taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.providers.registry import PROVIDERS, PaymentProvider
from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings.reader import Reader

NAME: Final = "PAYMENT_PROVIDERS"


@dataclass(frozen=True, slots=True)
class Provider:
    """One payment provider whose webhooks are taken.

    Attributes:
        name: Its name, and the path it posts to.
        kind: How it signs and what its events mean.
        secrets: Where its signing secrets are; several while one is rotated.
        options: The operator's choices for it: a value of `kind.options`.
        api_key: Where the restricted key for its API is, where there is one.
    """

    name: str
    kind: PaymentProvider
    secrets: tuple[SecretReference, ...]
    options: Any
    api_key: SecretReference | None = None


def read_providers(
    reader: Reader, keys: tuple[str, ...], *, required: bool = True
) -> Mapping[str, Provider]:
    """Return the configured providers by name.

    Args:
        reader: Collects what is wrong.
        keys: The metadata keys of `TRANSACTION_ID_KEYS`.
        required: Whether there must be one.
    """
    read = reader.required if required else reader.optional
    entries = read(NAME, _entries, '{"PROVIDER": {"secret": REFERENCE}, …}') or {}
    providers = {}
    for name, entry in entries.items():
        if name not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            reader.problems.append(f"{NAME}: only {known} can be a provider")
            continue
        kind = PROVIDERS[name]
        try:
            options = msgspec.convert(_options(entry), kind.options)
        except msgspec.ValidationError as error:
            reader.problems.append(f"{NAME}: {name}: {error}")
            continue
        secrets = _references(entry.get("secret"))
        if not secrets or None in secrets:
            reader.problems.append(f"{NAME}: {name}.secret is not {EXPECTED}")
        api_key = read_reference(str(entry["api_key"])) if "api_key" in entry else None
        if "api_key" in entry and (name != "stripe" or api_key is None):
            reader.problems.append(f"{NAME}: {name}.api_key: of stripe only, and {EXPECTED}")
        providers[name] = Provider(
            name=name,
            kind=kind,
            secrets=tuple(secret for secret in secrets if secret is not None),
            options=msgspec.structs.replace(options, transaction_id_keys=keys),
            api_key=api_key,
        )
    return providers


def _options(entry: Mapping[str, object]) -> dict[str, object]:
    """Return what is the provider's own; the transaction id's keys are a setting for all."""
    if "transaction_id_keys" in entry:
        raise msgspec.ValidationError("transaction_id_keys is set by TRANSACTION_ID_KEYS")
    return {name: value for name, value in entry.items() if name not in ("secret", "api_key")}


def _references(given: object) -> tuple[SecretReference | None, ...]:
    """Return where secrets are; None stands for what is no reference."""
    texts = given if isinstance(given, list) else [given]
    return tuple(read_reference(text) if isinstance(text, str) else None for text in texts)


def _entries(text: str) -> dict[str, dict[str, object]] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, dict[str, object]]) or None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None

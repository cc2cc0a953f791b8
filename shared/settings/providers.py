"""`PAYMENT_PROVIDERS`: whose webhooks are taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.payments.signature import SCHEMES
from shared.payments.stripe import StripeOptions
from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings.reader import Reader

NAME: Final = "PAYMENT_PROVIDERS"


@dataclass(frozen=True, slots=True)
class Provider:
    """One payment provider whose webhooks are taken.

    Attributes:
        name: Its name, and the path it posts to.
        secrets: Where its signing secrets are; several while one is rotated.
        options: The operator's choices for it.
    """

    name: str
    secrets: tuple[SecretReference, ...]
    options: StripeOptions


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One provider in `PAYMENT_PROVIDERS`."""

    secret: str | list[str]
    payment_intents: bool = False


def read_providers(reader: Reader, keys: tuple[str, ...]) -> Mapping[str, Provider]:
    """Return the configured providers by name.

    Args:
        reader: Collects what is wrong.
        keys: The metadata keys of `TRANSACTION_ID_KEYS`.
    """
    expected = '{"PROVIDER": {"secret": REFERENCE}, …}'
    entries = reader.required(NAME, _entries, expected) or {}
    providers = {}
    for provider, entry in entries.items():
        texts = [entry.secret] if isinstance(entry.secret, str) else entry.secret
        references = tuple(r for r in map(read_reference, texts) if r is not None)
        if provider not in SCHEMES:
            reader.problems.append(f"{NAME}: only {', '.join(sorted(SCHEMES))} can be a provider")
        elif not texts or len(references) < len(texts):
            reader.problems.append(f"{NAME}: {provider}.secret is not {EXPECTED}")
        providers[provider] = Provider(
            provider, references, StripeOptions(entry.payment_intents, keys)
        )
    return providers


def _entries(text: str) -> dict[str, _Entry] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, _Entry]) or None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None

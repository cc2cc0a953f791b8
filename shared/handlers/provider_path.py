"""Whose delivery it claims to be."""

import re
from typing import Final

from shared.errors import NotFoundError, SignatureError
from shared.settings.payment_webhook import PaymentSettings
from shared.settings.providers import Provider
from shared.webhooks.authenticator import may_be_proved, proof_headers, require_proof
from shared.webhooks.delivery import Head

# Of a form with an id: up to 99 bytes.
_LENGTH: Final = re.compile(r"[1-9][0-9]?", re.ASCII)


def provider_of(path: str, head: Head, settings: PaymentSettings) -> Provider:
    """Return the provider that a delivery claims to come from.

    `/NAME` is a provider's own path. At `/` it is the only one configured, or the one whose
    signature header the delivery has; whether the claim is true is for the signature to say.

    Args:
        path: Where it was posted.
        head: The request's headers.
        settings: Which providers there are.

    Raises:
        NotFoundError: No provider posts to this path.
        SignatureError: At `/` nothing says whose it is: no signature, or several.
    """
    name = path.strip("/")
    if name in settings.providers:
        return settings.providers[name]
    if name:
        known = ", ".join(f"/{provider}" for provider in sorted(settings.providers))
        raise NotFoundError(f"no provider posts to this path; there is {known}")
    if len(settings.providers) == 1:
        return next(iter(settings.providers.values()))
    signed = [provider for provider in settings.providers.values() if _names(provider, head)]
    if len(signed) != 1:
        raise SignatureError("no signature header, or those of several providers")
    return signed[0]


def require_signature(provider: Provider, head: Head) -> None:
    """Refuse what nobody signed, before its body is read.

    Args:
        provider: Whose path it came in on. A short form that it does not sign is judged when the
            body is there.
        head: The request's headers.

    Raises:
        SignatureError: The header that holds the signature is missing.
    """
    if provider.kind.posts_unsigned_forms and _is_short(head):
        return
    require_proof(provider.kind.proof(provider.options), head)


def _is_short(head: Head) -> bool:
    """Return whether a body is as short as such a form: of strangers no more is read."""
    length = head.values("content-length")
    return len(length) == 1 and _LENGTH.fullmatch(length[0]) is not None


def _names(provider: Provider, head: Head) -> bool:
    """Return whether the headers name a provider: one that signs in the body never is."""
    proof = provider.kind.proof(provider.options)
    return bool(proof_headers(proof)) and may_be_proved(proof, head)

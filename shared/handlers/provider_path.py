"""Whose delivery it claims to be."""

from shared.errors import NotFoundError, SignatureError
from shared.settings import PaymentSettings, Provider
from shared.webhooks.delivery import Head
from shared.webhooks.schemes import Scheme


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
    signed = [p for p in settings.providers.values() if _has_signature(head, _scheme(p))]
    if len(signed) != 1:
        raise SignatureError("no signature header, or those of several providers")
    return signed[0]


def require_signature(provider: Provider, head: Head) -> None:
    """Refuse what nobody signed, before its body is read.

    Args:
        provider: Whose path it came in on.
        head: The request's headers.

    Raises:
        SignatureError: The header that holds the signature is missing.
    """
    scheme = _scheme(provider)
    if not _has_signature(head, scheme):
        raise SignatureError(f"{scheme.signature_header}: header missing")


def _scheme(provider: Provider) -> Scheme:
    return provider.kind.scheme(provider.options)


def _has_signature(head: Head, scheme: Scheme) -> bool:
    if head.values(scheme.signature_header):
        return True
    return scheme.alternative is not None and _has_signature(head, scheme.alternative)

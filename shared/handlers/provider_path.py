"""Whose delivery it claims to be."""

from shared.errors import NotFoundError, SignatureError
from shared.settings import PaymentSettings, Provider
from shared.webhooks.delivery import Delivery
from shared.webhooks.schemes import Scheme


def provider_of(path: str, delivery: Delivery, settings: PaymentSettings) -> Provider:
    """Return the provider that a delivery claims to come from.

    `/NAME` is a provider's own path. At `/` it is the only one configured, or the one whose
    signature header the delivery has; whether the claim is true is for the signature to say.

    Args:
        path: Where it was posted.
        delivery: The request.
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
    signed = [p for p in settings.providers.values() if _has_signature(delivery, _scheme(p))]
    if len(signed) != 1:
        raise SignatureError("no signature header, or those of several providers")
    return signed[0]


def _scheme(provider: Provider) -> Scheme:
    return provider.kind.scheme(provider.options)


def _has_signature(delivery: Delivery, scheme: Scheme) -> bool:
    if delivery.values(scheme.signature_header):
        return True
    return scheme.alternative is not None and _has_signature(delivery, scheme.alternative)

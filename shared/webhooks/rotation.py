"""Verify, and once more with secrets read again: one may have been rotated."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.errors import SignatureMismatchError
from shared.secrets.cache import Secrets
from shared.secrets.reference import SecretReference
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import verify


async def verify_with_rotation(  # noqa: PLR0913 - who signs, how, with what, and when
    delivery: Delivery,
    scheme: Scheme,
    references: Sequence[SecretReference],
    *,
    setting: str,
    secrets: Secrets,
    clock: Callable[[], datetime],
) -> VerifiedDelivery:
    """Return a delivery whose bytes are its sender's.

    Args:
        delivery: The request.
        scheme: How the sender signs.
        references: Where the signing secrets are.
        setting: The setting that names them, for errors.
        secrets: Reads them.
        clock: The current time, UTC.

    Raises:
        SignatureError: Nobody we know signed it.
        UnavailableError: A secret cannot be read now.
        MisconfiguredError: A secret is not where the settings say.
    """
    cached = [await secrets.get(reference, setting) for reference in references]
    try:
        return verify(scheme, delivery, cached, now=clock())
    except SignatureMismatchError:
        fresh = [await secrets.refresh(reference, setting) for reference in references]
        if fresh == cached:
            raise
        return verify(scheme, delivery, fresh, now=clock())

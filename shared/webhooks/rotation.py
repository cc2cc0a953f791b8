"""Verify, and once more with secrets read again: one may have been rotated."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from shared.errors import MisconfiguredError, SignatureMismatchError, UnavailableError
from shared.secrets.cache import Secrets
from shared.secrets.reference import SecretReference
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import verify

Read = Callable[[SecretReference, str], Awaitable[Secret]]


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

    Of several secrets, one that cannot be read is passed over: while a second one is set up it
    has no value yet. `Secrets` reports it.

    Args:
        delivery: The request.
        scheme: How the sender signs.
        references: Where the signing secrets are.
        setting: The setting that names them, for errors.
        secrets: Reads them.
        clock: The current time, UTC.

    Raises:
        SignatureError: Nobody we know signed it.
        UnavailableError: No secret can be read now, or none of those that can be read signed it
            and another one is out of reach for now.
        MisconfiguredError: No secret is where the settings say.
    """
    cached, _ = await _readable(secrets.get, references, setting)
    try:
        return verify(scheme, delivery, cached, now=clock())
    except SignatureMismatchError as mismatch:
        fresh, out_of_reach = await _readable(secrets.refresh, references, setting)
        forged = out_of_reach or mismatch
        if fresh == cached:
            raise forged from None
    try:
        return verify(scheme, delivery, fresh, now=clock())
    except SignatureMismatchError as mismatch:
        raise out_of_reach or mismatch from None


async def _readable(
    read: Read, references: Sequence[SecretReference], setting: str
) -> tuple[list[Secret], UnavailableError | None]:
    """Return the secrets that can be read, and why one of the others may be read later.

    Raises:
        UnavailableError: None of them can be read, and one perhaps later.
        MisconfiguredError: None of them can be read, now or later.
    """
    found: list[Secret] = []
    problems: list[UnavailableError | MisconfiguredError] = []
    several = len(references) > 1
    for at, reference in enumerate(references, 1):
        name = f"{setting}: secret {at} of {len(references)}" if several else setting
        try:
            found.append(await read(reference, name))
        except (UnavailableError, MisconfiguredError) as error:
            problems.append(error)
    out_of_reach = next((e for e in problems if isinstance(e, UnavailableError)), None)
    if problems and not found:
        raise out_of_reach or problems[0]
    return found, out_of_reach

"""Verify, and once more with secrets read again: one may have been rotated."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from shared.errors import MisconfiguredError, SignatureMismatchError, UnavailableError
from shared.secrets.cache import Secrets
from shared.secrets.reference import SecretReference
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials, Proof, authenticate
from shared.webhooks.delivery import Delivery, VerifiedDelivery

Read = Callable[[SecretReference, str], Awaitable[Secret]]
_NO_OTHERS: Mapping[str, Sequence[SecretReference]] = {}


async def verify_with_rotation(  # noqa: PLR0913 - who signs, how, with what, and when
    delivery: Delivery,
    proof: Proof,
    references: Sequence[SecretReference],
    *,
    setting: str,
    secrets: Secrets,
    clock: Callable[[], datetime],
    others: Mapping[str, Sequence[SecretReference]] = _NO_OTHERS,
) -> VerifiedDelivery:
    """Return a delivery whose bytes are its sender's.

    Of several secrets, one that cannot be read is passed over: while a second one is set up it
    has no value yet. `Secrets` reports it.

    Args:
        delivery: The request.
        proof: How the sender's deliveries are proved.
        references: Where the signing secrets are; none where the sender has none.
        setting: The setting that names them, for errors.
        secrets: Reads them.
        clock: The current time, UTC.
        others: Where the further secrets of the proof are, by their name in the setting.

    Raises:
        SignatureError: Nobody we know signed it.
        UnavailableError: No secret can be read now, or none of those that can be read signed it
            and another one is out of reach for now. Or the proof itself is out of reach.
        MisconfiguredError: No secret is where the settings say.
    """
    names = {"": references, **others}

    async def credentials(read: Read) -> tuple[Credentials, UnavailableError | None]:
        found, out_of_reach = await _readable(
            read, {f"{setting}.{name}" if name else setting: names[name] for name in names}
        )
        by_name = dict(zip(names, found, strict=True))
        return Credentials(by_name.pop(""), by_name), out_of_reach

    cached, _ = await credentials(secrets.get)
    try:
        return await authenticate(proof, delivery, cached, now=clock())
    except SignatureMismatchError as mismatch:
        fresh, out_of_reach = await credentials(secrets.refresh)
        forged = out_of_reach or mismatch
        if fresh == cached:
            raise forged from None
    try:
        return await authenticate(proof, delivery, fresh, now=clock())
    except SignatureMismatchError as mismatch:
        raise out_of_reach or mismatch from None


async def _readable(
    read: Read, asked: Mapping[str, Sequence[SecretReference]]
) -> tuple[list[tuple[Secret, ...]], UnavailableError | None]:
    """Return the secrets that can be read, and why one of the others may be read later.

    Args:
        read: Reads one.
        asked: What each is called in the settings → where its values are.

    Raises:
        UnavailableError: None of them can be read, and one perhaps later.
        MisconfiguredError: None of them can be read, now or later.
    """
    found: list[tuple[Secret, ...]] = []
    problems: list[UnavailableError | MisconfiguredError] = []
    for setting, references in asked.items():
        several, readable = len(references) > 1, []
        for at, reference in enumerate(references, 1):
            name = f"{setting}: secret {at} of {len(references)}" if several else setting
            try:
                readable.append(await read(reference, name))
            except (UnavailableError, MisconfiguredError) as error:
                problems.append(error)
        found.append(tuple(readable))
    out_of_reach = next((e for e in problems if isinstance(e, UnavailableError)), None)
    if problems and not any(found):
        raise out_of_reach or problems[0]
    return found, out_of_reach

"""Secrets kept in memory for five minutes, and read again when there is reason to."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from shared.deadline import give_up_at
from shared.errors import MisconfiguredError, UnavailableError
from shared.secrets.files import read_file
from shared.secrets.reference import ManagedSecret, SecretFile, SecretReference
from shared.secrets.secret import Secret

KEEP_SECONDS: Final = 300.0
# A stranger's forged signatures must not become a stream of reads from Secret Manager.
REFRESH_SECONDS: Final = 10.0

Reader = Callable[[ManagedSecret], Coroutine[Any, Any, str]]


@dataclass(slots=True)
class _Kept:
    secret: Secret
    read_at: float
    tried_at: float


class Secrets:
    """Reads secrets by reference and keeps them.

    Args:
        read_managed: Reads a version from Secret Manager. It raises `UnavailableError` when the
            service is out of reach, and `MisconfiguredError` when the version is not to be had.
        clock: Monotonic seconds.
    """

    def __init__(self, read_managed: Reader, clock: Callable[[], float]) -> None:
        self._read_managed = read_managed
        self._clock = clock
        self._kept: dict[SecretReference, _Kept] = {}
        self._reading: dict[SecretReference, asyncio.Task[Secret]] = {}

    async def get(self, reference: SecretReference, setting: str) -> Secret:
        """Return a secret, at most five minutes old.

        When Secret Manager is out of reach, one that was read before serves on.

        Args:
            reference: Where it is.
            setting: Which setting refers to it, for the error.

        Raises:
            UnavailableError: It was never read and cannot be now.
            MisconfiguredError: It does not exist, may not be read, or is empty.
        """
        return await self._newer_than(KEEP_SECONDS, reference, setting)

    async def refresh(self, reference: SecretReference, setting: str) -> Secret:
        """Return a secret read just now, or within the last ten seconds.

        For when a signature fails: perhaps the secret was rotated. Arguments and errors as `get`.
        """
        return await self._newer_than(REFRESH_SECONDS, reference, setting)

    async def _newer_than(self, seconds: float, reference: SecretReference, setting: str) -> Secret:
        if (kept := self._fresh(reference, seconds)) is not None:
            return kept.secret
        # Who needs a secret while it is being read shares that reading, and how it ends: in line
        # behind one another they would wait for a service that is away once each.
        if (reading := self._reading.get(reference)) is None:
            reading = asyncio.create_task(self._renewed(reference))
            self._reading[reference] = reading
            reading.add_done_callback(lambda _: self._reading.pop(reference))
        try:
            async with asyncio.timeout_at(give_up_at()):
                return await asyncio.shield(reading)
        except TimeoutError:
            raise UnavailableError(f"{setting}: nothing in time") from None
        except UnavailableError as error:
            raise UnavailableError(f"{setting}: {error}") from None
        except MisconfiguredError as error:
            raise MisconfiguredError(f"{setting}: {error}") from None

    def _fresh(self, reference: SecretReference, seconds: float) -> _Kept | None:
        """Return what need not be read again: it is new enough, or was just asked for in vain."""
        kept, now = self._kept.get(reference), self._clock()
        if kept is None:
            return None
        is_new = now - kept.read_at < seconds or now - kept.tried_at < REFRESH_SECONDS
        return kept if is_new else None

    async def _renewed(self, reference: SecretReference) -> Secret:
        """Read a secret and keep it; the one that is kept when the service is out of reach."""
        try:
            text = (await self._read(reference)).strip()
        except UnavailableError:
            if (kept := self._kept.get(reference)) is None:
                raise
            kept.tried_at = self._clock()
            return kept.secret
        except MisconfiguredError:
            self._kept.pop(reference, None)
            raise
        if not text:
            self._kept.pop(reference, None)
            raise MisconfiguredError("the secret is empty")
        now = self._clock()
        self._kept[reference] = _Kept(Secret(text), read_at=now, tried_at=now)
        return self._kept[reference].secret

    async def _read(self, reference: SecretReference) -> str:
        if isinstance(reference, ManagedSecret):
            return await self._read_managed(reference)
        if isinstance(reference, SecretFile):
            return await asyncio.to_thread(read_file, reference)
        raise TypeError(f"{type(reference).__name__} is no reference we can read")

"""Secrets kept in memory for five minutes, and read again when there is reason to."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import msgspec

from shared.deadline import give_up_at
from shared.errors import MisconfiguredError, UnavailableError
from shared.secrets.reference import ManagedSecret, SecretFile, SecretReference
from shared.secrets.secret import Secret

KEEP_SECONDS: Final = 300.0
# A stranger's forged signatures must not become a stream of reads from Secret Manager, whether
# the reads succeed or fail.
REFRESH_SECONDS: Final = 10.0

Reader = Callable[[ManagedSecret], Coroutine[Any, Any, str]]
Report = Callable[[str], None]


class _Kept(msgspec.Struct):
    secret: Secret
    read_at: float
    tried_at: float


class _Failed(msgspec.Struct, frozen=True):
    error: UnavailableError | MisconfiguredError
    tried_at: float


class Secrets:
    """Reads secrets by reference and keeps them.

    Args:
        read_managed: Reads a version from Secret Manager. It raises `UnavailableError` when the
            service is out of reach, and `MisconfiguredError` when the version is not to be had.
        clock: Monotonic seconds.
        report: Called with the setting and the reason each time a read fails, also where the
            secret that was read before serves on.
    """

    def __init__(
        self,
        read_managed: Reader,
        clock: Callable[[], float],
        report: Report = lambda _: None,
    ) -> None:
        self._read_managed = read_managed
        self._clock = clock
        self._report = report
        self._kept: dict[SecretReference, _Kept] = {}
        self._failed: dict[SecretReference, _Failed] = {}
        self._reading: dict[SecretReference, asyncio.Task[Secret]] = {}

    async def get(self, reference: SecretReference, setting: str) -> Secret:
        """Return a secret, at most five minutes old.

        When Secret Manager is out of reach, one that was read before serves on. A read that failed
        is tried again after ten seconds, and raises the same error until then.

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
        if (failed := self._just_failed(reference)) is not None:
            raise _named(setting, failed.error)
        # Who needs a secret while it is being read shares that reading, and how it ends: in line
        # behind one another they would wait for a service that is away once each.
        if (reading := self._reading.get(reference)) is None:
            reading = asyncio.create_task(self._renewed(reference, setting))
            self._reading[reference] = reading
            reading.add_done_callback(lambda _: self._reading.pop(reference))
        try:
            async with asyncio.timeout_at(give_up_at()):
                return await asyncio.shield(reading)
        except TimeoutError:
            raise UnavailableError(f"{setting}: nothing in time") from None
        except (UnavailableError, MisconfiguredError) as error:
            raise _named(setting, error) from None

    def _fresh(self, reference: SecretReference, seconds: float) -> _Kept | None:
        """Return what need not be read again: it is new enough, or was just asked for in vain."""
        kept, now = self._kept.get(reference), self._clock()
        if kept is None:
            return None
        is_new = now - kept.read_at < seconds or now - kept.tried_at < REFRESH_SECONDS
        return kept if is_new else None

    def _just_failed(self, reference: SecretReference) -> _Failed | None:
        failed = self._failed.get(reference)
        if failed is None or self._clock() - failed.tried_at >= REFRESH_SECONDS:
            return None
        return failed

    async def _renewed(self, reference: SecretReference, setting: str) -> Secret:
        """Read a secret and keep it; the one that is kept when the service is out of reach."""
        try:
            secret = Secret(_usable(await self._read(reference)))
        except (UnavailableError, MisconfiguredError) as error:
            self._report(str(_named(setting, error)))
            return self._without_reading(reference, error)
        now = self._clock()
        self._kept[reference] = _Kept(secret, read_at=now, tried_at=now)
        self._failed.pop(reference, None)
        return secret

    def _without_reading(
        self, reference: SecretReference, error: UnavailableError | MisconfiguredError
    ) -> Secret:
        """Return what is kept, where the service is out of reach; else remember the failure."""
        now, kept = self._clock(), self._kept.get(reference)
        if kept is not None and isinstance(error, UnavailableError):
            kept.tried_at = now
            return kept.secret
        self._kept.pop(reference, None)
        self._failed[reference] = _Failed(error, now)
        raise error

    async def _read(self, reference: SecretReference) -> str:
        if isinstance(reference, ManagedSecret):
            return await self._read_managed(reference)
        if isinstance(reference, SecretFile):
            return await asyncio.to_thread(read_file, reference)
        raise TypeError(f"{type(reference).__name__} is no reference we can read")


def _usable(text: str) -> str:
    """Return a secret's text without the white space around it."""
    stripped = text.strip()
    if not stripped:
        raise MisconfiguredError("the secret is empty")
    return stripped


def _named(
    setting: str, error: UnavailableError | MisconfiguredError
) -> UnavailableError | MisconfiguredError:
    """Return an error that says which setting it is about."""
    kind = UnavailableError if isinstance(error, UnavailableError) else MisconfiguredError
    return kind(f"{setting}: {error}")


def read_file(reference: SecretFile) -> str:
    """Return the text of a secret's file.

    Raises:
        MisconfiguredError: It is absent, not readable, or not text.
    """
    try:
        return Path(reference.path).read_text(encoding="utf-8")
    except OSError as error:
        raise MisconfiguredError(f"the file cannot be read ({type(error).__name__})") from None
    except UnicodeDecodeError:
        raise MisconfiguredError("the file is not UTF-8") from None

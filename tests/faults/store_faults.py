"""What goes wrong with a store, and where: a seam around it that only tests have."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

from shared.errors import UnavailableError
from shared.stores.protocol import Stores

T = TypeVar("T")
Hook = Callable[[str], Awaitable[None]]
"""Is told `before claim`, `after claim` and so on, and may fail, wait, or end the process."""


class KilledError(BaseException):
    """The process is gone: nothing of ours catches this, so nothing is given back."""


class _Seam:
    """Calls a hook before and after each operation."""

    def __init__(self, inner: object, hook: Hook) -> None:
        self._inner = inner
        self._hook = hook

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return an operation with the hook around it."""
        operation = getattr(self._inner, name)

        async def run(*args: object, **kwargs: object) -> object:
            await self._hook(f"before {name}")
            result = await operation(*args, **kwargs)
            await self._hook(f"after {name}")
            return result

        return operation if name == "close" else run


def with_faults(part: T, hook: Hook) -> T:
    """Return a part of a store that goes wrong as a hook says."""
    return cast("T", _Seam(part, hook))


def all_with_faults(stores: Stores, hook: Hook) -> Stores:
    """Return stores that go wrong as a hook says."""
    return Stores(
        with_faults(stores.ledger, hook),
        with_faults(stores.orders, hook),
        with_faults(stores.contexts, hook),
    )


async def healthy(moment: str) -> None:
    """Do no harm."""


def killed(at: str) -> Hook:
    """Return what ends the process at a moment."""

    async def hook(moment: str) -> None:
        if moment == at:
            raise KilledError(at)

    return hook


def down(*moments: str) -> Hook:
    """Return a store that is out of reach, at these moments or, where none is given, at all."""

    async def hook(moment: str) -> None:
        if moment in moments or (not moments and moment.startswith("before")):
            raise UnavailableError(f"STORE: away {moment}")

    return hook


def down_from(first: str) -> Hook:
    """Return a store that goes away at a moment and stays away."""
    away = False

    async def hook(moment: str) -> None:
        nonlocal away
        away = away or moment == first
        if away:
            raise UnavailableError(f"STORE: away {moment}")

    return hook


def flapping(moments: Sequence[str]) -> Hook:
    """Return a store of which every other operation fails, beginning with the first of these."""
    seen = 0

    async def hook(moment: str) -> None:
        nonlocal seen
        if moment in moments:
            seen += 1
            if seen % 2:
                raise UnavailableError(f"STORE: away {moment}")

    return hook


def slow(seconds: float, *moments: str) -> Hook:
    """Return a store that takes its time, at these moments or, where none is given, always."""

    async def hook(moment: str) -> None:
        if moment in moments or (not moments and moment.startswith("before")):
            await asyncio.sleep(seconds)

    return hook

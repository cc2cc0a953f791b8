"""Which subscription, and how it is reached."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from shared.errors import MisconfiguredError, UnavailableError
from shared.settings import values
from tools.errors import FailedError, UsageError
from tools.pubsub.subscription import Subscription

_NAME: Final = re.compile(r"projects/[a-z0-9:.\-]+/subscriptions/[A-Za-z][A-Za-z0-9_.~+%\-]{2,254}")


def emulator_of(environ: Mapping[str, str]) -> str | None:
    """Return `PUBSUB_EMULATOR_HOST`, where it is set.

    Raises:
        UsageError: It is not on loopback.
    """
    text = environ.get("PUBSUB_EMULATOR_HOST", "").strip()
    if text and values.loopback(text) is None:
        raise UsageError("PUBSUB_EMULATOR_HOST: not host:port on loopback")
    return text or None


@contextmanager
def opened(name: str, environ: Mapping[str, str]) -> Iterator[Subscription]:
    """Open a subscription for as long as the block runs.

    Args:
        name: Its whole name.
        environ: The environment.

    Raises:
        UsageError: It is no subscription's name.
        FailedError: Pub/Sub is out of reach, or has no such subscription for us.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("not projects/P/subscriptions/S")
    emulator = emulator_of(environ)
    try:
        subscription = Subscription(name, emulator)
        yield subscription
        subscription.close()
    except (UnavailableError, MisconfiguredError) as error:
        raise FailedError(str(error)) from None

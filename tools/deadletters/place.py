"""Which subscription, and how it is reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import MisconfiguredError, UnavailableError
from shared.settings import values
from tools.errors import FailedError, as_command_error
from tools.pubsub.subscription import Subscription
from tools.read_option import read_option


@contextmanager
def opened(name: str, emulator: str | None) -> Iterator[Subscription]:
    """Open a subscription for as long as the block runs.

    Args:
        name: Its whole name.
        emulator: `host:port` of Google's emulator.

    Raises:
        UsageError: It is no subscription's name.
        FailedError: Pub/Sub is out of reach, or has no such subscription for us.
    """
    read_option("SUBSCRIPTION", name, values.subscription)
    try:
        subscription = Subscription(name, emulator)
        yield subscription
        subscription.close()
    except (UnavailableError, MisconfiguredError) as error:
        failed = as_command_error(error)
        raise failed if isinstance(failed, FailedError) else FailedError(str(error)) from None

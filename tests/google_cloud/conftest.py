"""The emulator, for the tests of Google's clients."""

from tests.support.pubsub_emulator import pubsub_emulator

__all__ = ["pubsub_emulator"]

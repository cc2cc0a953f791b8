"""The settings of `offline_event`."""

import msgspec

from shared.settings.common import Settings, read_common
from shared.settings.push import PushSettings, read_push
from shared.settings.reader import Reader


class OfflineSettings(msgspec.Struct, frozen=True):
    """What the operator decided for offline events.

    Attributes:
        common: What holds for every function.
        push: What holds for every push.
    """

    common: Settings
    push: PushSettings


def read_offline_settings(reader: Reader) -> OfflineSettings:
    """Return the settings of `offline_event`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return OfflineSettings(common=read_common(reader), push=read_push(reader))

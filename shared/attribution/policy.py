"""What the operator decided about events that lack something."""

from enum import StrEnum

import msgspec


class Unattributed(StrEnum):
    """What to do with an event whose client nobody knows (`UNATTRIBUTED_EVENTS`)."""

    SEND = "send"
    WITHHOLD = "withhold"


class Late(StrEnum):
    """What to do with an event older than GA4 takes (`LATE_EVENTS`)."""

    SEND_NOW = "send_now"
    REJECT = "reject"


class Policy(msgspec.Struct, frozen=True):
    """The operator's decisions.

    Attributes:
        unattributed: See `Unattributed`.
        late: See `Late`.
    """

    unattributed: Unattributed = Unattributed.SEND
    late: Late = Late.SEND_NOW

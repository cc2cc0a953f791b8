"""What the operator decided about events that lack something."""

from dataclasses import dataclass
from enum import StrEnum


class Unattributed(StrEnum):
    """What to do with an event whose client nobody knows (`UNATTRIBUTED_EVENTS`)."""

    SEND = "send"
    WITHHOLD = "withhold"


class Late(StrEnum):
    """What to do with an event older than GA4 takes (`LATE_EVENTS`)."""

    SEND_NOW = "send_now"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's decisions.

    Attributes:
        unattributed: See `Unattributed`.
        late: See `Late`.
    """

    unattributed: Unattributed = Unattributed.SEND
    late: Late = Late.SEND_NOW

"""What happened, with all that earlier events taught: the conversion to tell, or nothing."""

from datetime import datetime

from shared.conversions.conversion import Conversion, Ignored, Source
from shared.conversions.link import Link
from shared.conversions.refund import Refund
from shared.payments.happening import Happening
from shared.pipeline.memory import Memory


async def recall(
    happening: Happening, source: Source, memory: Memory, now: datetime
) -> Conversion | Ignored:
    """Return what is to be told, and remember what it teaches.

    Args:
        happening: What an event means.
        source: Where we learned it.
        memory: What earlier events taught.
        now: The current time, UTC.

    Raises:
        InProgressError: It is a refund whose order may still come.
        UnavailableError: The store is out of reach.
    """
    match happening:
        case Ignored():
            return happening
        case Link():
            await memory.linked(happening, source, now)
            return Ignored(happening.reason)
        case Refund():
            return await memory.refunded(happening, source, now)
        case Conversion():
            return await memory.placed(happening, now)

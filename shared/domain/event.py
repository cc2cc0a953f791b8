"""What an event of a provider can mean."""

from shared.domain.conversion import Conversion, Ignored
from shared.domain.link import Link
from shared.domain.refund import Refund, Reversal

DomainEvent = Conversion | Refund | Reversal | Link | Ignored

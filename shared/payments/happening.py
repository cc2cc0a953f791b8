"""What an event of a provider can mean."""

from shared.conversions.conversion import Conversion, Ignored
from shared.conversions.link import Link
from shared.conversions.refund import Refund

Happening = Conversion | Refund | Link | Ignored

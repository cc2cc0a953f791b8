"""What a row is held against: GA4's rules, as the function will hold its event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.domain.attributed import Withheld
from shared.domain.conversion import Conversion
from shared.errors import UnusableError
from shared.ga4.check import InvalidRequest, check
from shared.ga4.event import to_request

# The stream is the functions' own business; an id made up for it is like any other.
_POLICY: Final = Policy("G-PUBLISH")


@dataclass(frozen=True, slots=True)
class Judge:
    """What is asked of a row beside its type.

    Attributes:
        now: The current time, UTC.
        exempt: Names under which what looks like personal data may stand.
        ordered: Whether messages carry an ordering key.
    """

    now: datetime
    exempt: frozenset[str] = frozenset()
    ordered: bool = False

    def check(self, conversion: Conversion, *, mp_source: str) -> None:
        """Hold a conversion against GA4's rules, as the function will.

        Args:
            conversion: What the row tells.
            mp_source: Which function will send it.

        Raises:
            UnusableError: The function would reject it; every rule that it breaks is named.
        """
        attributed = attribute(conversion, _POLICY, self.now)
        if isinstance(attributed, Withheld):
            return
        request = check(
            to_request(attributed, mp_source=mp_source, user_data=True),
            self.now,
            exempt=self.exempt,
        )
        if isinstance(request, InvalidRequest):
            raise UnusableError.of([(error.path, error.code) for error in request.errors])

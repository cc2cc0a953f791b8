"""One event that the Data Manager API took, as the local GA4 remembers and shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import msgspec

from shared.ga4.findings import Finding, Level
from tools.data_manager.destinations import Destination
from tools.data_manager.violations import Violation
from tools.events import Collected

INGEST_PATH: Final = "/v1/events:ingest"
_SOURCE: Final = "https://developers.google.com/data-manager/api/reference/rest/v1/WarningReason"
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, eq=False, kw_only=True)
class IngestedEvent(Collected):
    """One event of a request that was taken.

    Attributes:
        measurement_id: The stream, where the event goes to Google Analytics.
        body: The event, in camelCase and with the digits that were sent.
        destinations: Where it goes to.
        warnings: What Google warns of in it.
    """

    destinations: Sequence[Destination]
    warnings: Sequence[Violation]

    @classmethod
    def of(  # noqa: PLR0913 - what a request says
        cls,
        event: Mapping[str, Any],
        *,
        received_at: datetime,
        destinations: Sequence[Destination],
        request_id: str,
        request_index: int,
        warnings: Sequence[Violation],
    ) -> Self:
        """Make one of an event of a request.

        Args:
            event: As `read_structure` returns it.
            received_at: When its request had been read.
            destinations: Where it goes to.
            request_id: Its request.
            request_index: Its place within the request.
            warnings: What Google warns of in the event.
        """
        return cls(
            received_at=received_at,
            path=INGEST_PATH,
            measurement_id=next((d.product_id for d in destinations if d.is_analytics), None),
            body=_ENCODER.encode(event),
            destinations=destinations,
            request_id=request_id,
            request_index=request_index,
            warnings=warnings,
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What Google warns of, with places within the event."""
        return tuple(
            Finding(
                level=Level.ADVICE,
                path=warning.field.partition("].")[2],
                code=warning.reason,
                message=warning.description,
                source=_SOURCE,
            )
            for warning in self.warnings
        )

    def shown(self) -> dict[str, Any]:
        """See the base."""
        return {
            "body": msgspec.Raw(self.body),
            "request_id": self.request_id,
            "request_index": self.request_index,
            "destinations": [
                {
                    "account_type": each.account_type,
                    "account_id": each.account_id,
                    "product_destination_id": each.product_id,
                }
                for each in self.destinations
            ],
        }

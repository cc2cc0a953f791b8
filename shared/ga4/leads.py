"""Google's recommended lead events, typed, from the form to the closed deal.

Source: "Recommended events". `value` is the lead's worth in major units and needs `currency`.
"""

from decimal import Decimal
from typing import ClassVar

import msgspec


class Lead(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What every stage of a lead can say.

    Attributes:
        name: GA4's name of the event.
    """

    name: ClassVar[str]

    currency: str | None = None
    value: Decimal | None = None


class GenerateLead(Lead, frozen=True, kw_only=True):
    """Somebody left their details."""

    name: ClassVar = "generate_lead"

    lead_source: str | None = None


class QualifyLead(Lead, frozen=True, kw_only=True):
    """The lead fits."""

    name: ClassVar = "qualify_lead"


class DisqualifyLead(Lead, frozen=True, kw_only=True):
    """The lead does not fit."""

    name: ClassVar = "disqualify_lead"

    disqualified_lead_reason: str | None = None


class WorkingLead(Lead, frozen=True, kw_only=True):
    """Somebody talks with the lead."""

    name: ClassVar = "working_lead"

    lead_status: str | None = None


class CloseConvertLead(Lead, frozen=True, kw_only=True):
    """The lead became a customer."""

    name: ClassVar = "close_convert_lead"


class CloseUnconvertLead(Lead, frozen=True, kw_only=True):
    """The lead did not become a customer."""

    name: ClassVar = "close_unconvert_lead"

    unconvert_lead_reason: str | None = None

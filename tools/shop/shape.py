"""The versions of Stripe's API that the shop's webhook endpoints are pinned to."""

from enum import StrEnum


class Shape(StrEnum):
    """A version, for the shape of its objects.

    In March 2025 (basil) an invoice lost the ids of its payment, and a payment those of its
    invoice. The shop has an old endpoint and a new one.
    """

    BEFORE_BASIL = "2024-12-18.acacia"
    SINCE_BASIL = "2026-08-26.dahlia"

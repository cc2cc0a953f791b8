"""A reference that anybody may write: in the address of a Payment Link, for example."""

from dataclasses import dataclass

from shared.domain.context import Context


@dataclass(frozen=True, slots=True)
class ForeignReference:
    """A reference of an order that its buyer, or a campaign, may have chosen.

    Attributes:
        reference: The text.
        user: Who used it: the customer, else the order's session.
        customer: The customer, where the provider knows one.
        context: What is known of the buyer without it.
    """

    reference: str
    user: str
    customer: str | None
    context: Context

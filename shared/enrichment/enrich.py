"""From an order and what is known of it to the event with its margin."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from shared.changed import replace
from shared.domain.conversion import Conversion, Ignored
from shared.domain.param import DecimalParam, Param
from shared.enrichment.cost import Cost
from shared.enrichment.customer import Customer
from shared.enrichment.margin import Margin, margin_of


def enrich(
    order: Conversion,
    currency: str,
    costs: Mapping[str, Sequence[Cost]],
    customer: Customer,
    *,
    fees: Decimal | None = None,
) -> Conversion | Ignored:
    """Return the event beside the order's revenue, and never over it: it has no `value`.

    Args:
        order: The order as the event that is to carry what is known; its items are looked up.
        currency: The order's.
        costs: Item id → its unit costs.
        customer: What is known of the customer.
        fees: What the order cost besides its goods; profit is margin less these.
    """
    margin = margin_of(order.items, costs, currency)
    properties = customer.user_properties
    if margin.known == 0 and not properties:
        return Ignored("neither the costs of its items nor its customer are known")
    return replace(
        order,
        items=(),
        params={**order.params, **_params(margin, currency, fees)},
        user_properties={**order.user_properties, **properties},
    )


def _params(margin: Margin, currency: str, fees: Decimal | None) -> dict[str, Param]:
    counts: dict[str, Param] = {
        "margin_basis": "none" if margin.known == 0 else "all" if margin.whole else "known",
        "items_known_cost": margin.known,
        "items_unknown_cost": margin.unknown,
        "items_other_currency": margin.foreign,
    }
    if margin.known == 0:
        return counts
    amounts: dict[str, Param] = {
        "margin": DecimalParam(margin.amount),
        "profit": DecimalParam(margin.amount - (fees or 0)),
        "margin_revenue": DecimalParam(margin.revenue),
        "margin_cost": DecimalParam(margin.cost),
        "margin_currency": currency,
    }
    rate = margin.rate
    return {**counts, **amounts, **({} if rate is None else {"margin_rate": DecimalParam(rate)})}

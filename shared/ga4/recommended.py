"""Google's recommended events and item fields, as data.

Sources: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
for the parameters; the Event Builder's `eventDefinitions.ts` for what it demands beyond them.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import msgspec


class Type(Enum):
    """What the value of a parameter has to be."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ITEMS = "items"


class RecommendedEvent(msgspec.Struct, frozen=True):
    """One recommended event: the names of its parameters, by how much Google wants them.

    Attributes:
        required: Marked "Yes".
        conditional: Marked "Yes" with a footnote, as `currency` is where there is a `value`.
        optional: Marked "No".
        builder: What Google's Event Builder demands, whatever the table says.
        app_only: Only for app streams.
    """

    required: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    builder: tuple[str, ...] = ()
    app_only: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """The names of all its parameters."""
        return self.required + self.conditional + self.optional


# A name means the same type in every event.
PARAM_TYPES: Final[Mapping[str, Type]] = {
    **dict.fromkeys(
        (
            "achievement_id ad_format ad_platform ad_source ad_unit_name campaign campaign_id "
            "character content content_id content_type coupon creative_name creative_slot currency "
            "customer_type disqualified_lead_reason group_id item_id item_list_id item_list_name "
            "item_name lead_source lead_status medium method payment_type product_id promotion_id "
            "promotion_name screen_class screen_name search_term shipping_tier source term "
            "transaction_id unconvert_lead_reason virtual_currency_name"
        ).split(),
        Type.STRING,
    ),
    **dict.fromkeys("level quantity score shipping tax value".split(), Type.NUMBER),
    **dict.fromkeys("free_trial price_is_discounted subscription".split(), Type.BOOLEAN),
    "items": Type.ITEMS,
}

_MONEY: Final = ("currency", "value")
_LIST: Final = ("item_list_id", "item_list_name")
_PROMOTION: Final = ("creative_name", "creative_slot", "promotion_id", "promotion_name")


def _cart(*optional: str) -> RecommendedEvent:
    """Make an event about items and their value."""
    return RecommendedEvent(("items",), _MONEY, optional, builder=("items", "value"))


def _lead(*optional: str) -> RecommendedEvent:
    """Make an event about a lead and its value."""
    return RecommendedEvent((), _MONEY, optional)


def _optional(*optional: str, app_only: bool = False) -> RecommendedEvent:
    """Make an event of which nothing is required."""
    return RecommendedEvent((), (), optional, app_only=app_only)


EVENTS: Final[Mapping[str, RecommendedEvent]] = {
    "ad_impression": _optional(
        "ad_platform", "ad_source", "ad_format", "ad_unit_name", *_MONEY, app_only=True
    ),
    "add_payment_info": _cart("coupon", "payment_type"),
    "add_shipping_info": _cart("coupon", "shipping_tier"),
    "add_to_cart": _cart(),
    "add_to_wishlist": _cart(),
    "begin_checkout": _cart("coupon"),
    "campaign_details": _optional("campaign_id", "campaign", "source", "medium", "term", "content"),
    "close_convert_lead": _lead(),
    "close_unconvert_lead": _lead("unconvert_lead_reason"),
    "disqualify_lead": _lead("disqualified_lead_reason"),
    "earn_virtual_currency": _optional("virtual_currency_name", "value"),
    "generate_lead": RecommendedEvent((), _MONEY, ("lead_source",), builder=("value",)),
    "in_app_purchase": RecommendedEvent(
        (),
        _MONEY,
        ("quantity", "product_id", "subscription", "free_trial", "price_is_discounted"),
        app_only=True,
    ),
    "join_group": _optional("group_id"),
    "level_up": _optional("level", "character"),
    "login": _optional("method"),
    "post_score": RecommendedEvent(("score",), (), ("level", "character"), builder=("score",)),
    "purchase": RecommendedEvent(
        ("transaction_id", "items"),
        _MONEY,
        ("customer_type", "coupon", "shipping", "tax"),
        builder=("transaction_id", "items", "value"),
    ),
    "qualify_lead": _lead(),
    "refund": RecommendedEvent(
        ("transaction_id",),
        _MONEY,
        ("coupon", "shipping", "tax", "items"),
        builder=("transaction_id", "value"),
    ),
    "remove_from_cart": _cart(),
    "screen_view": _optional("screen_class", "screen_name", app_only=True),
    "search": RecommendedEvent(("search_term",), builder=("search_term",)),
    "select_content": _optional("content_type", "content_id"),
    "select_item": RecommendedEvent((), ("items",), _LIST, builder=("items",)),
    "select_promotion": _optional(*_PROMOTION, "items"),
    "share": _optional("method", "content_type", "item_id"),
    "sign_up": _optional("method"),
    "spend_virtual_currency": RecommendedEvent(
        ("value", "virtual_currency_name"),
        (),
        ("item_name",),
        builder=("value", "virtual_currency_name"),
    ),
    "tutorial_begin": RecommendedEvent(),
    "tutorial_complete": RecommendedEvent(),
    "unlock_achievement": RecommendedEvent(("achievement_id",), builder=("achievement_id",)),
    "view_cart": _cart(),
    "view_item": _cart(),
    "view_item_list": RecommendedEvent(("items",), ("currency",), _LIST, builder=("items",)),
    "view_promotion": RecommendedEvent((), ("items",), _PROMOTION, builder=("items",)),
    "view_search_results": _optional("search_term"),
    "working_lead": _lead("lead_status"),
}

# `value` counts virtual money there, and the tables have no `currency`.
VIRTUAL_CURRENCY_EVENTS: Final = frozenset({"earn_virtual_currency", "spend_virtual_currency"})
# Only their first item is used.
SINGLE_ITEM_EVENTS: Final = frozenset({"select_item", "view_promotion"})
CUSTOMER_TYPES: Final = frozenset({"new", "returning"})

# `currency` stands in Google's samples and in the Event Builder only, and so does
# `google_business_vertical` in the samples.
ITEM_TYPES: Final[Mapping[str, Type]] = {
    **dict.fromkeys(
        (
            "affiliation coupon creative_name creative_slot currency google_business_vertical "
            "item_brand item_category item_category2 item_category3 item_category4 item_category5 "
            "item_id item_list_id item_list_name item_name item_variant location_id promotion_id "
            "promotion_name"
        ).split(),
        Type.STRING,
    ),
    **dict.fromkeys("discount index price quantity".split(), Type.NUMBER),
}
EVENT_SCOPED_PARAMS: Final = frozenset(
    {"customer_type", "payment_type", "shipping", "shipping_tier", "tax", "transaction_id"}
)
ITEM_SCOPED_PARAMS: Final = frozenset({"affiliation", "location_id"})

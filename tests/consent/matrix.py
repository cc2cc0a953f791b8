"""The consent matrix as data: who says what, when, by which event, in which order, and what leaves.

`Said` is one event. The end of a row is what GA4 has when everything has been delivered.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.consent.said import Said

Row = tuple[Sequence[Said], Sequence[str]]

SENT: Final = ("purchase",)
NOTHING_SENT: Final = ()
_ORDER: Final = {"metadata": {"order_id": "ORD-9"}}
_FREE: Final = {"payment_status": "no_payment_required", "payment_intent": None}
_YEARS: Final = 60 * 24 * 365


def _session(number: int, **fields: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """Return the fields of another buyer's session."""
    return {"id": f"cs_{number}", "payment_intent": f"pi_{number}", **fields}


def _coded(consent: str, captured: str = "") -> str:
    """Return a reference that holds a context, with an answer about analytics."""
    return f"ga4ctx1_1170316824-2E1763812345___{captured}_{consent}xx"


def _denied_order(**fields: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """Return the fields of a session whose metadata denies, and names the order."""
    return {"metadata": {"order_id": "ORD-9", "ga_consent_analytics": "denied"}, **fields}


def _each(ways: Sequence[str], answers: Sequence[object], sent: Sequence[str]) -> dict[str, Row]:
    """Return a row for each answer by each way."""
    return {f"{way}: {each!r}": ([Said(way, each)], sent) for way in ways for each in answers}


_PAYMENTS: Final = ("session", "paddle", "shopify", "standard")
_DENIALS: Final[tuple[object, ...]] = (
    "denied",
    "DENIED ",
    "no",
    "1",
    False,
    True,
    0,
    1,
    {},
    [],
    {"granted": False},
)
_ANSWERS: Final[dict[str, Row]] = {
    **_each((*_PAYMENTS, "offline"), _DENIALS, NOTHING_SENT),
    **_each(("session", "paddle", "shopify"), (None,), NOTHING_SENT),
    **_each(_PAYMENTS, ("granted", " Granted", ""), SENT),
}

# What each event calls the object in which it answers, and what of it leaves.
_OBJECTS: Final = {
    "session": ("metadata", SENT),
    "first invoice": ("metadata", SENT),
    "bare intent": ("metadata", SENT),
    "paddle": ("custom_data", SENT),
    "shopify": ("note_attributes", SENT),
    "standard": ("analytics", SENT),
    "offline": ("analytics", ("generate_lead",)),
    "enrichment": ("analytics", ("purchase_enriched",)),
}
_NO_OBJECTS: Final[tuple[object, ...]] = (
    "denied",
    '{"ga_consent_analytics": "granted"}',
    ["denied"],
    0,
    False,
)
_WRONG_TYPES: Final[dict[str, Row]] = {
    **{
        f"{way}: {field} is {each!r}": ([Said(way, fields={field: each})], sent)
        for way, (field, leaves) in _OBJECTS.items()
        for answers, sent in ((_NO_OBJECTS, NOTHING_SENT), (([], "", None), leaves))
        for each in answers
    },
    **{
        f"standard: consent is {each!r}": (
            [Said("standard", fields={"analytics": {"client_id": "1.2", "consent": each}})],
            sent,
        )
        for answers, sent in ((_NO_OBJECTS, NOTHING_SENT), (([], "", {}, None), SENT))
        for each in answers
    },
}

_NO_GRANTS: Final[tuple[object, ...]] = (False, 0, {}, [], {"granted": True}, "no", "revoked")
_REFUSED: Final[dict[str, Row]] = {
    f"{said.by}: {said.capture['consent']!r}, refused": (
        [said, Said("session")],
        NOTHING_SENT,
    )
    for way in ("backend", "page")
    for said in (
        *(Said(way, answer) for answer in _NO_GRANTS),
        *(Said(way, fields={"consent": each}) for each in ("denied", False, ["denied"])),
    )
}

_REFUSED_FOR_THEIR_TIME: Final[dict[str, Row]] = {
    f"the backend: {answer} {at} minutes from now, refused": (
        [Said("backend", answer, at), Said("session")],
        sent,
    )
    for answer, sent in (("denied", NOTHING_SENT), ("granted", SENT))
    for at in (60, 50 * _YEARS, -2 * _YEARS)
}

_ORDER_OF_ARRIVAL: Final[dict[str, Row]] = {
    "nobody says anything": ([Said("session")], SENT),
    "the backend denies before": ([Said("backend", "denied"), Said("session")], NOTHING_SENT),
    "a page denies before": ([Said("page", "denied"), Said("session")], NOTHING_SENT),
    "a page denies, the payment grants": (
        [Said("page", "denied"), Said("session", "granted")],
        NOTHING_SENT,
    ),
    "the payment denies, a page grants": (
        [Said("session", "denied"), Said("page", "granted"), Said("session")],
        NOTHING_SENT,
    ),
    "a denial, then a later grant of the backend's": (
        [Said("backend", "denied", -2), Said("backend", "granted", -1), Said("session")],
        SENT,
    ),
    "a later grant of the backend's, then an older denial": (
        [Said("backend", "granted", -1), Said("backend", "denied", -2), Said("session")],
        SENT,
    ),
    "denied after it was sent": (
        [Said("session"), Said("backend", "denied"), Said("refund")],
        SENT,
    ),
    "Paddle: denied by an update before": (
        [Said("paddle update", "denied"), Said("paddle")],
        NOTHING_SENT,
    ),
    "Paddle: denied by an update after": (
        [Said("paddle"), Said("paddle update", "denied"), Said("paddle", fields={"id": "txn_2"})],
        SENT,
    ),
    "Shopify: denied by an update before": (
        [Said("shopify update", "denied"), Said("shopify")],
        NOTHING_SENT,
    ),
    "Shopify: denied by an update after": (
        [Said("shopify"), Said("shopify update", "denied"), Said("shopify", fields={"id": 77})],
        SENT,
    ),
}

_SIGNED_UP: Final = (Said("sign-up", "granted", -2), Said("first invoice", "granted", -2))

_DENIAL_THAT_COMES_SECOND: Final[dict[str, Row]] = {
    "the sign-up denies after its invoice": (
        [Said("first invoice"), Said("sign-up", "denied")],
        NOTHING_SENT,
    ),
    "the sign-up grants after its invoice": (
        [Said("first invoice"), Said("sign-up", "granted")],
        SENT,
    ),
    "the sign-up says nothing": ([Said("first invoice"), Said("sign-up")], SENT),
    "no sign-up comes at all": ([Said("first invoice")], SENT),
    "the session denies after its intent": (
        [Said("bare intent"), Said("session", "denied")],
        NOTHING_SENT,
    ),
    "the session denies before its intent": (
        [Said("session", "denied"), Said("bare intent")],
        NOTHING_SENT,
    ),
    "the session grants after its intent": (
        [Said("bare intent"), Said("session", "granted")],
        SENT,
    ),
    "no session comes at all": ([Said("bare intent")], SENT),
    "the subscription withdraws, then renews": (
        [*_SIGNED_UP, Said("renewal", "denied")],
        SENT,
    ),
    "the subscription withdraws by an event of its own": (
        [*_SIGNED_UP, Said("subscription", "denied"), Said("renewal")],
        SENT,
    ),
}


def _ahead(*minutes: int) -> dict[str, Row]:
    """Return a row for each clock that is ahead: its grants are no later than what comes after."""
    return {
        f"a grant {each} minutes ahead, then a denial": (
            [
                Said("session", "granted", each),
                Said("backend", "denied", fields={"references": ["cus_1"]}, seconds=60),
                Said("session", "granted", each, fields=_session(2), seconds=60),
            ],
            SENT,
        )
        for each in minutes
    }


_FUTURE: Final[dict[str, Row]] = {
    **_ahead(2, 60, 4 * 60 * 24, 50 * _YEARS),
    "a grant years ahead in the reference, then a denial": (
        [
            Said("session", fields={"client_reference_id": _coded("g", "9999999999")}),
            Said("backend", "denied", fields={"references": ["cus_1"]}, seconds=60),
            Said("session", fields=_session(2)),
        ],
        SENT,
    ),
    "a grant years ahead in a message, then a denial": (
        [
            Said("standard", "granted", 50 * _YEARS),
            Said("backend", "denied", fields={"references": ["cust_1"]}, seconds=60),
            Said("offline", fields={"customer_ref": "cust_1"}),
        ],
        SENT,
    ),
}


def _of_one_order(*ways: str) -> dict[str, Row]:
    """Return rows in which two providers speak of one order, and one of them denies."""
    rows: dict[str, Row] = {}
    for way in ways:
        paid, silent = Said("session", fields=_denied_order()), Said("session", fields=_ORDER)
        rows[f"Stripe denies, then {way}"] = ([paid, Said(way)], NOTHING_SENT)
        rows[f"{way} denies, then Stripe"] = ([Said(way, "denied"), silent], NOTHING_SENT)
    return rows


_REFERENCES: Final[dict[str, Row]] = {
    **_of_one_order("offline", "enrichment", "standard"),
    "another order of the customer": (
        [Said("session", "denied"), Said("session", fields=_session(2))],
        NOTHING_SENT,
    ),
    "another customer's order": (
        [Said("session", "denied"), Said("session", fields=_session(2, customer="cus_2"))],
        SENT,
    ),
    "the lead of a customer who denied": (
        [Said("session", "denied"), Said("offline", fields={"customer_ref": "cus_1"})],
        NOTHING_SENT,
    ),
    "the same number at two connected shops": (
        [
            Said("session", fields=_denied_order(customer=None)),
            Said("session", fields=_session(2)),
        ],
        SENT,
    ),
}

_FOREIGN: Final[dict[str, Row]] = {
    "a campaign's reference: the first denies": (
        [
            Said("session", "denied", fields={"client_reference_id": "spring"}),
            Said("session", fields=_session(2, customer="cus_2", client_reference_id="spring")),
            Said("session", fields=_session(3, customer="cus_3", client_reference_id="spring")),
        ],
        SENT * 2,
    ),
    "a campaign's reference: guests": (
        [
            Said("session", "denied", fields={"client_reference_id": "x", "customer": None}),
            Said("session", fields=_session(2, customer=None, client_reference_id="x")),
        ],
        SENT,
    ),
    "a code that was passed on": (
        [
            Said("session", fields={"client_reference_id": _coded("d")}),
            Said("session", fields=_session(2, customer="c2", client_reference_id=_coded("d"))),
        ],
        SENT,
    ),
    "a code of a guest who denied, twice": (
        [
            Said("session", fields={"client_reference_id": _coded("d"), "customer": None}),
            Said("session", fields=_session(2, customer=None, client_reference_id=_coded("d"))),
        ],
        NOTHING_SENT,
    ),
    "somebody else's customer as reference": (
        [
            Said("session", "denied", fields=_session(2, client_reference_id="cus_9")),
            Said("session", fields=_session(3, customer="cus_9")),
        ],
        SENT,
    ),
    "the customer's own reference again": (
        [
            Said("session", "denied", fields={"client_reference_id": "u-7"}),
            Said("session", fields=_session(2, client_reference_id="u-7")),
        ],
        NOTHING_SENT,
    ),
}

OF_ONE_EVENT: Final = _ANSWERS.keys()
"""The rows in which one event says all."""

ROWS: Final[Mapping[str, Row]] = {
    **_ANSWERS,
    **_WRONG_TYPES,
    **_REFUSED,
    **_REFUSED_FOR_THEIR_TIME,
    **_ORDER_OF_ARRIVAL,
    **_DENIAL_THAT_COMES_SECOND,
    **_FUTURE,
    **_REFERENCES,
    **_FOREIGN,
}

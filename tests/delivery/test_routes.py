"""One event, one stream: the first rule that matches; what belongs together stays together."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from shared.attribution.attribute import generated_client_id
from shared.outcome import Outcome, Result
from tests.support.billing_json import billing_event, renewal
from tests.support.billing_json import refund as billing_refund
from tests.support.builders import CLIENT_ID, SECONDS, SESSION_ID
from tests.support.captures import captures_at, sign
from tests.support.loop import in_a_loop
from tests.support.paddle_json import event as paddle_event
from tests.support.paddle_json import transaction
from tests.support.pushing import push
from tests.support.server_json import server_event
from tests.support.shop import Shop
from tests.support.shopify_json import order as shopify_order
from tests.support.stripe_json import checkout_session, delivery, event
from tools.traffic.request import Json
from tools.traffic.stripe_objects import refund

Opened = Callable[..., Shop]
Rules = Sequence[Json]

APP_ID: Final = "1:1234567890:android:321abc456def7890"
INSTANCE: Final = "0123456789abcdef0123456789abcdef"
WHO: Final = {"ga_client_id": CLIENT_ID, "ga_session_id": str(SESSION_ID)}
IDS: Final = {"live": "G-LIVE1", "test": "G-TEST1", "eu": "G-EU1"}
ALL: Final[Rules] = [{"to": "live"}]
TESTS_APART: Final[Rules] = [{"when": {"live": False}, "to": "test"}, *ALL]


class Site:
    """A shop with several streams, whose routes may change.

    Attributes:
        shop: The shop as it is deployed now.
    """

    def __init__(self, opened: Opened, folder: Path) -> None:
        """Prepare a shop that is not deployed yet."""
        self._opened = opened
        self._folder = folder
        self.shop = opened()

    def deploy(
        self, routes: Rules = ALL, streams: Sequence[str] = tuple(IDS), **settings: str
    ) -> Shop:
        """Deploy these routes to these streams; what was stored stays."""
        secret = f"file:{self._folder}/ga4"
        named = {name: {"measurement_id": IDS[name], "api_secret": secret} for name in streams}
        named["app"] = {"firebase_app_id": APP_ID, "api_secret": secret}
        providers = {
            name: {"secret": f"file:{self._folder}/stripe"}
            for name in ("stripe", "paddle", "shopify", "standard")
        }
        self.shop = self._opened(
            GA4_MEASUREMENT_ID="",
            GA4_API_SECRET="",
            STREAMS=json.dumps(named),
            ROUTES=json.dumps(routes),
            PAYMENT_PROVIDERS=json.dumps(providers),
            **settings,
        )
        return self.shop

    async def stripe(self, document: Json) -> Outcome:
        """Deliver an event of Stripe's."""
        return await self.shop.take(delivery(document))

    async def by(self, provider: str, body: Json, **headers: str) -> Outcome:
        """Deliver an event of another provider's."""
        from shared.webhooks.delivery import VerifiedDelivery  # noqa: PLC0415

        shop = self.shop
        chosen = shop.settings.providers[provider]
        given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        verified = VerifiedDelivery(provider, json.dumps(body).encode(), given)
        (found,) = chosen.kind.parse(verified)
        return await shop.payments.settle(chosen, found)

    @property
    def went_to(self) -> list[str]:
        """Where each request went since the last deployment: streams, by their names."""
        names = {**{an_id: name for name, an_id in IDS.items()}, APP_ID: "app"}
        asked = [dict(url.params) for url in self.shop.ga4.urls]
        return [names[p.get("measurement_id") or p["firebase_app_id"]] for p in asked]

    def params(self, at: int = -1) -> Any:  # noqa: ANN401 - JSON
        """Return the parameters of an event that GA4 got."""
        return self.shop.ga4.bodies[at]["events"][0]["params"]


@pytest.fixture
def site(opened: Opened, tmp_path: Path) -> Site:
    """A shop with several streams."""
    return Site(opened, tmp_path)


def paid(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the event of a checkout that was paid."""
    return event(checkout_session(metadata=WHO), **fields)


WHEN: Final[dict[str, tuple[Json, Json]]] = {
    "provider": ({"provider": "STRIPE"}, {}),
    "account": ({"account": ["acct_0", "acct_1"]}, {"account": "acct_1"}),
    "live": ({"live": True}, {}),
    "currency": ({"currency": "EUR"}, {}),
    "event": ({"event": "purchase"}, {}),
    "metadata": ({"field": {"metadata.order_id": "ORDER-1"}}, {}),
    "all at once": ({"provider": "stripe", "live": True, "currency": ["usd", "eur"]}, {}),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize("when", WHEN)
@in_a_loop
async def test_a_rule_that_matches_takes_the_event(site: Site, when: str) -> None:
    """The first one; those after it are not asked."""
    rule, fields = WHEN[when]
    site.deploy([{"when": rule, "to": "eu"}, *ALL])
    session = checkout_session(metadata={**WHO, "order_id": "ORDER-1"})

    assert (await site.stripe(event(session, **fields))).result is Result.DELIVERED
    assert site.went_to == ["eu"]


@pytest.mark.parametrize(
    "when",
    [
        {"provider": "paddle"},
        {"account": "acct_1"},
        {"live": False},
        {"currency": "usd"},
        {"event": "refund"},
        {"shop": "a.myshopify.com"},
        {"field": {"metadata.order_id": "ORDER-2"}},
        {"field": {"params.order_id": "ORDER-1"}},
        {"provider": "stripe", "currency": "usd"},
    ],
)
@in_a_loop
async def test_a_rule_that_does_not_match_leaves_it_to_the_next(site: Site, when: Json) -> None:
    """All of its conditions have to hold; an event without an account matches no account."""
    site.deploy([{"when": when, "to": "eu"}, *ALL])

    await site.stripe(event(checkout_session(metadata={**WHO, "order_id": "ORDER-1"})))

    assert site.went_to == ["live"]


@in_a_loop
async def test_a_shop_s_domain_chooses_in_any_case(site: Site) -> None:
    """Two shops on one endpoint, a stream for each."""
    site.deploy([{"when": {"shop": "Two.myshopify.com"}, "to": "eu"}, *ALL])

    for number, shop in enumerate(("one.myshopify.com", "two.myshopify.com")):
        headers = {"x_shopify_topic": "orders/paid", "x_shopify_event_id": f"ev-{number}"}
        body = shopify_order(id=number + 1, name=f"#{number}", checkout_token=None)
        await site.by("shopify", body, **headers, x_shopify_shop_domain=shop)

    assert site.went_to == ["live", "eu"]


@in_a_loop
async def test_fields_of_every_provider_choose(site: Site) -> None:
    """`custom_data`, `note_attributes` and `metadata` of messages are all `metadata`."""
    site.deploy([{"when": {"field": {"metadata.shop": ["de", 7, True, 1.5]}}, "to": "eu"}, *ALL])
    headers = {"x_shopify_topic": "orders/paid", "x_shopify_event_id": "ev-1"}
    attributes = [{"name": "shop", "value": "de"}]

    await site.by("shopify", shopify_order(note_attributes=attributes), **headers)
    await site.by("paddle", paddle_event(transaction(custom_data={"shop": True})))
    await site.by("standard", billing_event(metadata={"shop": "de"}))
    await push(site.shop.renewals(), renewal(metadata={"shop": 7}))
    await push(site.shop.offline(), server_event(metadata={"shop": 1.5}))

    assert site.went_to == ["eu"] * 5


@in_a_loop
async def test_parameters_and_names_of_server_events_choose(site: Site) -> None:
    """A lead may have a property of its own."""
    site.deploy(
        [
            {"when": {"field": {"params.lead_source": "phone"}}, "to": "eu"},
            {"when": {"event": "generate_lead", "provider": "crm"}, "to": "test"},
            *ALL,
        ]
    )
    messages: list[Json] = [{}, {"params": None, "provider": "crm"}, {"params": None}]
    for number, changes in enumerate(messages):
        message = server_event(event_id=f"s{number}", references=[], **changes)
        await push(site.shop.offline(), message)

    assert site.went_to == ["eu", "test", "live"]


@in_a_loop
async def test_what_matches_nothing_is_ignored_and_so_is_its_refund(site: Site) -> None:
    """The reason says that no route took it."""
    site.deploy([{"when": {"currency": "usd"}, "to": "live"}])

    sale = await site.stripe(paid())
    back = await site.stripe(event(refund(), "refund.created", id="evt_r"))

    assert (sale.result, "route" in (sale.reason or "")) == (Result.IGNORED, True)
    assert back.result is Result.IGNORED
    assert site.went_to == []


@in_a_loop
async def test_test_mode_goes_to_its_own_stream_without_being_accepted(site: Site) -> None:
    """A rule for test mode takes it whatever `ACCEPT_TEST_EVENTS` says."""
    site.deploy(TESTS_APART)

    await site.stripe(paid(livemode=False))

    assert site.went_to == ["test"]


@pytest.mark.parametrize("accepted", ["false", "true"])
@in_a_loop
async def test_other_rules_take_test_mode_where_it_is_accepted(site: Site, accepted: str) -> None:
    """Otherwise a test would count as money."""
    site.deploy([{"when": {"live": False, "currency": "usd"}, "to": "test"}, *ALL])
    site.deploy(
        [{"when": {"live": False, "currency": "usd"}, "to": "test"}, *ALL],
        ACCEPT_TEST_EVENTS=accepted,
    )

    outcome = await site.stripe(paid(livemode=False))

    assert site.went_to == (["live"] if accepted == "true" else [])
    assert accepted == "true" or "route" in (outcome.reason or "")


@in_a_loop
async def test_a_test_of_the_same_number_costs_no_live_order(site: Site) -> None:
    """Each is a sale under its own id in its own stream, and so is each refund."""
    site.deploy(TESTS_APART)
    for live, own in ((False, "t"), (True, "l")):
        named = {**WHO, "ga_transaction_id": "ORDER-1"}
        session = checkout_session(id=f"cs_{own}", payment_intent=f"pi_{own}", metadata=named)
        await site.stripe(event(session, id=f"evt_{own}", livemode=live))
        back = refund(id=f"re_{own}", charge=f"ch_{own}", payment_intent=f"pi_{own}")
        await site.stripe(event(back, "refund.created", id=f"evt_r{own}", livemode=live))

    assert site.went_to == ["test", "test", "live", "live"]
    ids = [site.params(at)["transaction_id"] for at in range(4)]
    assert ids == ["ORDER-1"] * 4


CHANGES: Final[dict[str, tuple[Rules, Rules, bool]]] = {
    "another stream": ([{"to": "eu"}], ALL, True),
    "to none": ([{"to": "eu"}], [{"when": {"currency": "usd"}, "to": "live"}], True),
    "test mode loses its stream": (TESTS_APART, ALL, False),
    "test mode gets its stream": (ALL, TESTS_APART, False),
}


@pytest.mark.parametrize("change", CHANGES)
@in_a_loop
async def test_a_copy_after_the_routes_changed_is_a_duplicate(site: Site, change: str) -> None:
    """The ledger's key does not hold the stream."""
    before, after, live = CHANGES[change]
    site.deploy(before, ACCEPT_TEST_EVENTS="true")
    await site.stripe(paid(livemode=live))

    site.deploy(after, ACCEPT_TEST_EVENTS="true")
    copy = await site.stripe(paid(livemode=live))

    assert (copy.result, site.went_to) == (Result.DUPLICATE, [])


@in_a_loop
async def test_a_refund_follows_its_order_after_the_routes_changed(site: Site) -> None:
    """What GA4 never added there, it must not take back there."""
    site.deploy([{"to": "eu"}])
    await site.stripe(paid())

    site.deploy(ALL)
    await site.stripe(event(refund(), "refund.created", id="evt_r"))

    assert site.went_to == ["eu"]


@in_a_loop
async def test_a_refund_whose_stream_is_gone_is_withheld(site: Site) -> None:
    """It is sent nowhere else; the reason names the stream."""
    site.deploy([{"to": "eu"}])
    await site.stripe(paid())

    site.deploy(ALL, streams=["live", "test"])
    outcome = await site.stripe(event(refund(), "refund.created", id="evt_r"))
    copy = await site.stripe(paid())

    assert (outcome.result, site.went_to) == (Result.WITHHELD, [])
    assert "eu" in (outcome.reason or "")
    assert copy.result is Result.DUPLICATE


@in_a_loop
async def test_what_was_withheld_goes_when_its_stream_is_back(site: Site) -> None:
    """The provider brings the refund again, or an operator replays it."""
    site.deploy([{"to": "eu"}])
    await site.stripe(paid())
    site.deploy(ALL, streams=["live", "test"])
    await site.stripe(event(refund(), "refund.created", id="evt_r"))

    site.deploy(ALL)
    await site.stripe(event(refund(), "refund.created", id="evt_r"))

    assert site.went_to == ["eu"]


@in_a_loop
async def test_renewals_follow_their_subscription(site: Site) -> None:
    """Though the routes, or what they look at, are others by then."""
    site.deploy([{"when": {"field": {"metadata.shop": "de"}}, "to": "eu"}, *ALL])
    first = billing_event(
        event_id="b1",
        type="subscription.started",
        subscription_id="sub_1",
        transaction_id="INV-1",
        metadata={"shop": "de"},
    )
    await push(site.shop.renewals(), first)

    await push(site.shop.renewals(), renewal(event_id="b2", transaction_id="INV-2"))
    site.deploy(ALL)
    await push(site.shop.renewals(), renewal(event_id="b3", transaction_id="INV-3"))

    assert site.went_to == ["eu"]
    assert site.params()["transaction_id"] == "INV-3"


@in_a_loop
async def test_enrichment_follows_its_order(site: Site) -> None:
    """Its message names no shop."""
    site.deploy([{"when": {"field": {"metadata.shop": "de"}}, "to": "eu"}, *ALL])
    await push(site.shop.renewals(), billing_event(metadata={"shop": "de"}))
    message = {
        "schema": "order-enrichment/1",
        "event_id": "oe_1",
        "occurred_at": "2026-11-23T11:59:55Z",
        "transaction_id": "ORD-9",
        "currency": "EUR",
        "provider": "internal",
        "customer_ref": "cust_1",
        "items": [],
    }
    (site.shop.folder / "customers.csv").write_text("customer_ref,segment\ncust_1,gold\n")
    site.shop.environment["CUSTOMERS"] = f"csv:{site.shop.folder}/customers.csv"

    outcome = await push(site.shop.enrichments(), message)

    assert (outcome.result, site.went_to) == (Result.DELIVERED, ["eu", "eu"])


@in_a_loop
async def test_orders_of_the_short_form_are_routed_by_the_rules(site: Site) -> None:
    """They remember no stream: nothing had a name then."""
    await site.shop.take(delivery(paid()))
    assert len(site.shop.ga4.bodies) == 1

    site.deploy([{"when": {"event": "refund"}, "to": "eu"}, *ALL])
    copy = await site.stripe(paid())
    await site.stripe(event(refund(), "refund.created", id="evt_r"))

    assert (copy.result, site.went_to) == (Result.DUPLICATE, ["eu"])


@in_a_loop
async def test_a_made_up_client_is_the_stream_s_own(site: Site) -> None:
    """As in two deployments."""
    site.deploy([{"to": "eu"}])

    await site.stripe(event(checkout_session(metadata={})))

    assert site.shop.ga4.bodies[0]["client_id"] == generated_client_id(IDS["eu"], "cus_1")


def cookies(**sessions: int) -> dict[str, str]:
    """Return Google's cookies, with a session for each container."""
    return {
        "_ga": f"GA1.1.{CLIENT_ID}",
        **{f"_ga_{name}": f"GS2.1.s{start}$o3$g1" for name, start in sessions.items()},
    }


@pytest.mark.parametrize(
    ("to", "session", "attribution"),
    [("live", SESSION_ID, "session"), ("eu", SESSION_ID + 7, "session"), ("test", None, "client")],
)
@in_a_loop
async def test_of_captured_sessions_the_stream_s_own_counts(
    site: Site, to: str, session: int | None, attribution: str
) -> None:
    """A session of another stream is never used."""
    shop = site.deploy([{"to": to}])
    environment = {name: shop.environment[name] for name in ("STREAMS", "ROUTES")}
    captures = captures_at(
        shop, shop.folder, GA4_MEASUREMENT_ID="", GA4_API_SECRET="", **environment
    )
    capture = {
        "references": ["cs_test_1"],
        "cookies": cookies(LIVE1=SESSION_ID, EU1=SESSION_ID + 7, OTHER=SESSION_ID + 9),
        "captured_at": SECONDS - 10,
    }
    await sign(captures, capture)

    await site.stripe(event(checkout_session(metadata={})))

    assert shop.ga4.bodies[0]["client_id"] == CLIENT_ID
    assert (site.params().get("session_id"), site.params()["mp_attribution"]) == (
        session,
        attribution,
    )


@pytest.mark.parametrize(
    ("key", "attribution"),
    [
        ("ga_session_cookie", "session"),
        ("ga_session_cookie_LIVE1", "session"),
        ("ga_session_cookie_live1", "session"),
        ("ga_session_cookie_EU1", "client"),
    ],
)
@in_a_loop
async def test_of_metadata_s_sessions_the_stream_s_own_counts(
    site: Site, key: str, attribution: str
) -> None:
    """A cookie without a container is any stream's."""
    site.deploy()
    session = f"GS2.1.s{SESSION_ID}$o3$g1$t{SECONDS - 10}"
    who = {"ga_client_id": CLIENT_ID, key: session}

    await site.stripe(event(checkout_session(metadata=who)))

    assert site.params()["mp_attribution"] == attribution


@in_a_loop
async def test_an_app_s_event_has_the_app_s_id(site: Site) -> None:
    """And no client of a browser's, and no page."""
    site.deploy([{"to": "app"}])
    who = {**WHO, "ga_app_instance_id": INSTANCE.upper()}

    await site.stripe(event(checkout_session(metadata=who)))

    assert site.went_to == ["app"]
    body = site.shop.ga4.bodies[0]
    assert (body["app_instance_id"], body.get("client_id")) == (INSTANCE, None)
    assert "page_location" not in site.params()


@in_a_loop
async def test_without_an_app_s_id_an_app_s_event_is_withheld(site: Site) -> None:
    """None is made up; a capture that brings it lets the event go."""
    shop = site.deploy([{"to": "app"}], UNATTRIBUTED_EVENTS="withhold")

    outcome = await site.stripe(paid())
    environment = {name: shop.environment[name] for name in ("STREAMS", "ROUTES")}
    captures = captures_at(
        shop, shop.folder, GA4_MEASUREMENT_ID="", GA4_API_SECRET="", **environment
    )
    await sign(captures, {"references": ["cs_test_1"], "app_instance_id": INSTANCE})

    assert (outcome.result, site.went_to) == (Result.WITHHELD, ["app"])
    assert "app instance id" in (outcome.reason or "")


@in_a_loop
async def test_a_message_brings_the_app_s_id(site: Site) -> None:
    """As `analytics.app_instance_id`."""
    site.deploy([{"to": "app"}])

    await push(site.shop.renewals(), billing_event(analytics={"app_instance_id": INSTANCE}))
    await push(site.shop.renewals(), billing_refund())

    assert [body["app_instance_id"] for body in site.shop.ga4.bodies] == [INSTANCE, INSTANCE]


@in_a_loop
async def test_the_secret_of_each_stream_goes_to_that_stream(site: Site, tmp_path: Path) -> None:
    """A stream's secret is nobody else's."""
    shop = site.deploy([{"when": {"currency": "eur"}, "to": "eu"}, *ALL])
    (tmp_path / "other").write_text("other-secret")
    streams = json.loads(shop.environment["STREAMS"])
    streams["eu"]["api_secret"] = f"file:{tmp_path}/other"
    routes = shop.environment["ROUTES"]
    site.shop = site._opened(  # noqa: SLF001 - ours
        GA4_MEASUREMENT_ID="", GA4_API_SECRET="", STREAMS=json.dumps(streams), ROUTES=routes
    )

    await site.stripe(paid())

    assert site.shop.ga4.urls[0].params["api_secret"] == "other-secret"

"""`STREAMS` and `ROUTES`: what is taken, and every fault by its place, all at once, no value."""

import json
from typing import Any

import pytest

from shared.errors import MisconfiguredError
from shared.secrets.reference import SecretFile
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader, read_settings
from shared.settings.streams import Rule, Stream, Streams

GOOGLE = "https://www.google-analytics.com"
LIVE = {"measurement_id": "G-LIVE1", "api_secret": "file:live"}
TEST = {"measurement_id": "G-TEST1", "api_secret": "file:test"}
APP = {"firebase_app_id": "1:1234567890:android:321abc456def7890", "api_secret": "file:app"}
SECRET = "PZ7yvrXgQ3u2mNq8wL0tEA"
SHORT = {"GA4_MEASUREMENT_ID": "G-SHORT1", "GA4_API_SECRET": "file:short"}


def read(streams: object = None, routes: object = None, **others: str) -> Streams:
    """Return the streams of some settings; None is a setting that is not there."""
    given = {"STREAMS": streams, "ROUTES": routes}
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
        if value is not None
    }
    return read_settings(texts | others, read_streams)


def faults(streams: object = None, routes: object = None, **others: str) -> tuple[str, ...]:
    """Return what is wrong with some settings."""
    with pytest.raises(MisconfiguredError) as caught:
        read(streams, routes, **others)
    return caught.value.problems


def places(*args: object, **others: str) -> list[str]:
    """Return the places of what is wrong."""
    return [fault.partition(": ")[0] for fault in faults(*args, **others)]


@pytest.mark.parametrize("given", ["G-1", " G-AB12 "])
def test_the_short_form_is_one_stream_without_a_name(given: str) -> None:
    """Orders then remember no stream."""
    found = read(GA4_MEASUREMENT_ID=given, GA4_API_SECRET="file:secret")

    stream = Stream("default", given.strip(), None, SecretFile("secret"), GOOGLE)
    assert found == Streams({"default": stream})
    assert (found.named, found.of(None), found.only_id) == (False, stream, given.strip())


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://region1.google-analytics.com", "https://region1.google-analytics.com"),
        ("https://www.google-analytics.com/", GOOGLE),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_an_endpoint_is_google_s_or_on_loopback(given: str, host: str) -> None:
    """It is the default of every stream, too."""
    assert read(**SHORT, GA4_ENDPOINT=given).first.endpoint == host
    assert read({"live": LIVE}, GA4_ENDPOINT=given).first.endpoint == host


def test_streams_have_names_ids_secrets_and_hosts() -> None:
    """An app stream has a Firebase id instead."""
    eu = {
        **TEST,
        "endpoint": "https://region1.google-analytics.com",
        "sink": "measurement_protocol",
    }
    found = read({"live": LIVE, "test": eu, "app": APP}, [{"to": "live"}])

    live, test, app = found.by_name.values()
    assert live == Stream("live", "G-LIVE1", None, SecretFile("live"), GOOGLE)
    assert (test.endpoint, test.container) == (eu["endpoint"], "TEST1")
    assert (app.id, app.is_app, app.container) == (APP["firebase_app_id"], True, None)
    assert found.containers == ("LIVE1", "TEST1")
    assert live.secret_setting == "STREAMS.live.api_secret"


def test_a_rule_holds_values_or_lists_of_them() -> None:
    """Currency, shop and provider are compared in any case; ids as they are; numbers as text."""
    when = {
        "provider": "Stripe",
        "account": ["acct_1", "acct_2"],
        "currency": ["EUR", "usd"],
        "shop": "Shop.MyShopify.com",
        "event": "generate_lead",
        "live": True,
        "field": {"metadata.shop": ["de", 7, True, 1.50], "params.line": "A"},
    }
    found = read({"live": LIVE, "test": TEST}, [{"when": when, "to": "test"}, {"to": "live"}])

    assert found.rules == (
        Rule(
            "test",
            {
                "provider": frozenset({"stripe"}),
                "account": frozenset({"acct_1", "acct_2"}),
                "currency": frozenset({"eur", "usd"}),
                "shop": frozenset({"shop.myshopify.com"}),
                "event": frozenset({"generate_lead"}),
                "metadata.shop": frozenset({"de", "7", "true", "1.5"}),
                "params.line": frozenset({"A"}),
            },
            live=True,
        ),
        Rule("live", {}),
    )
    assert found.fields == {"metadata.shop", "params.line"}


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"api_secret": "file:x"}, "STREAMS.live.measurement_id"),
        ({**LIVE, **APP}, "STREAMS.live.measurement_id"),
        ({**LIVE, "measurement_id": "UA-1"}, "STREAMS.live.measurement_id"),
        ({**LIVE, "measurement_id": 7}, "STREAMS.live.measurement_id"),
        ({**LIVE, "measurement_id": ""}, "STREAMS.live.measurement_id"),
        ({**APP, "firebase_app_id": "app"}, "STREAMS.live.firebase_app_id"),
        ({"measurement_id": "G-1"}, "STREAMS.live.api_secret"),
        ({**LIVE, "api_secret": SECRET}, "STREAMS.live.api_secret"),
        ({**LIVE, "api_secret": None}, "STREAMS.live.api_secret"),
        ({**LIVE, "endpoint": "https://example.com"}, "STREAMS.live.endpoint"),
        ({**LIVE, "sink": "pigeon"}, "STREAMS.live.sink"),
        ({**LIVE, "colour": "red"}, "STREAMS.live.colour"),
        ({**LIVE, SECRET + "==": "red"}, "STREAMS.live.(a key that is no name)"),
        ("G-LIVE1", "STREAMS.live"),
    ],
)
def test_a_fault_of_a_stream_is_named_by_its_place(entry: object, place: str) -> None:
    """And no value is repeated."""
    found = faults({"live": entry})

    assert [fault.partition(": ")[0] for fault in found] == [place]
    assert SECRET not in str(found)


@pytest.mark.parametrize("name", ["Live", "live stream", "", "7", "default", "a" * 33])
def test_a_stream_s_name_is_a_plain_word(name: str) -> None:
    """It stands in orders, logs and metrics; `default` is the short form's."""
    assert len(faults({name: LIVE})) == 1


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"to": "nowhere"}, "ROUTES[0].to"),
        ({"to": 7}, "ROUTES[0].to"),
        ({"when": {}}, "ROUTES[0].to"),
        ({"to": "live", "whn": {}}, "ROUTES[0].whn"),
        ({"to": "live", "when": []}, "ROUTES[0].when"),
        ({"to": "live", "when": {"colour": "red"}}, "ROUTES[0].when.colour"),
        ({"to": "live", "when": {"live": "false"}}, "ROUTES[0].when.live"),
        ({"to": "live", "when": {"currency": []}}, "ROUTES[0].when.currency"),
        ({"to": "live", "when": {"currency": None}}, "ROUTES[0].when.currency"),
        ({"to": "live", "when": {"account": ["acct_1", {}]}}, "ROUTES[0].when.account"),
        ({"to": "live", "when": {"field": {}}}, "ROUTES[0].when.field"),
        ({"to": "live", "when": {"field": "de"}}, "ROUTES[0].when.field"),
        ({"to": "live", "when": {"field": {"shop": "de"}}}, "ROUTES[0].when.field.shop"),
        (
            {"to": "live", "when": {"field": {"metadata.shop": []}}},
            "ROUTES[0].when.field.metadata.shop",
        ),
        ("live", "ROUTES[0]"),
    ],
)
def test_a_fault_of_a_rule_is_named_by_its_place(rule: object, place: str) -> None:
    """By the number of the rule, from 0."""
    assert places({"live": LIVE}, [rule]) == [place]


def test_all_faults_are_named_at_once() -> None:
    """In both settings."""
    streams = {"live": {"measurement_id": "nope"}, "test": {**TEST, "sink": 1}}
    routes = [{"to": "eu", "when": {"colour": 1}}, {"when": {"currency": []}, "to": "test"}]

    assert places(streams, routes) == [
        "STREAMS.live.measurement_id",
        "STREAMS.live.api_secret",
        "STREAMS.test.sink",
        "ROUTES[0].to",
        "ROUTES[0].when.colour",
        "ROUTES[1].when.currency",
    ]


@pytest.mark.parametrize("text", ["{", "[]", "7", "null", '{"live": 1, "live": 2}', "[" * 9999])
def test_streams_that_are_no_object_are_one_fault(text: str) -> None:
    """Of a key that stands there twice nobody knows which one counts."""
    assert places(text) == ["STREAMS"]


@pytest.mark.parametrize("text", ["{", "{}", "7", "[]"])
def test_routes_that_are_no_list_are_one_fault(text: str) -> None:
    """An empty list would send nothing anywhere."""
    assert places({"live": LIVE}, text) == ["ROUTES"]


def test_two_streams_of_one_id_are_a_fault() -> None:
    """An event of one would be found in the other."""
    again = {**LIVE, "api_secret": "file:other"}

    assert places({"live": LIVE, "eu": again}, [{"to": "live"}]) == ["STREAMS.eu"]


@pytest.mark.parametrize("name", ["GA4_MEASUREMENT_ID", "GA4_API_SECRET", "SINK"])
def test_both_forms_at_once_are_a_fault(name: str) -> None:
    """Nobody knows which one is meant."""
    given = {**SHORT, "SINK": "measurement_protocol"}

    assert places({"live": LIVE}, **{name: given[name]}) == [name]


def test_several_streams_need_routes() -> None:
    """One stream takes everything without any."""
    assert places({"live": LIVE, "test": TEST}) == ["ROUTES"]
    assert read({"live": LIVE}).rules == ()


def test_routes_need_streams() -> None:
    """A rule leads to a stream by its name."""
    assert places(None, [{"to": "live"}], **SHORT) == ["ROUTES"]


def test_the_names_of_both_forms_are_settings() -> None:
    """The doctor and `init` list them."""
    reader = Reader({})
    read_streams(reader)
    assert {"STREAMS", "ROUTES", *SHORT, "GA4_ENDPOINT"} <= reader.asked.keys()


def shape(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with a secret in each place of a text."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return SECRET if isinstance(value, str) else value


def test_no_fault_repeats_a_value() -> None:
    """Whatever stands in the wrong place."""
    found = faults(shape({"live": LIVE, "app": APP}), [shape({"to": "x", "when": {"live": "x"}})])

    assert found
    assert SECRET not in str(found)

"""`connectors route`: where recorded deliveries would go, by the rule that matches."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.billing_json import billing_event, enveloped
from tests.support.paddle_json import event as paddle_event
from tests.support.paddle_json import transaction
from tests.support.shopify_json import order
from tests.support.stripe_json import checkout_session, event
from tools.errors import UsageError
from tools.loaded_settings import LoadedSettings
from tools.route import run
from tools.settings_file import SettingsOf
from tools.traffic.request import Json
from tools.traffic.stripe_objects import refund

STREAMS: Final = {
    "live": {"measurement_id": "G-LIVE1", "api_secret": "file:live"},
    "test": {"measurement_id": "G-TEST1", "api_secret": "file:test"},
    "app": {"firebase_app_id": "1:2:ios:3", "api_secret": "file:app"},
}
ROUTES: Final = [
    {"when": {"live": False}, "to": "test"},
    {"when": {"field": {"metadata.shop": "app"}}, "to": "app"},
    {"when": {"shop": "a.myshopify.com"}, "to": "test"},
    {"when": {"currency": ["eur", "jpy"]}, "to": "live"},
]
RECORDED: Final[dict[str, tuple[Json, str | None, int | None]]] = {
    "stripe": ({"provider": "stripe", "body": event(checkout_session())}, "live", 3),
    "text": ({"provider": "stripe", "body": json.dumps(event(checkout_session()))}, "live", 3),
    "test mode": (
        {"provider": "stripe", "body": event(checkout_session(), livemode=False)},
        "test",
        0,
    ),
    "a field": (
        {"provider": "stripe", "body": event(checkout_session(metadata={"shop": "app"}))},
        "app",
        1,
    ),
    "shopify": (
        {"provider": "shopify", "topic": "orders/paid", "body": order(), "shop": "A.myshopify.com"},
        "test",
        2,
    ),
    "paddle": ({"provider": "paddle", "body": paddle_event(transaction())}, "live", 3),
    "standard": ({"provider": "standard", "body": enveloped(billing_event())}, "live", 3),
    "a refund": ({"provider": "stripe", "body": event(refund(), "refund.created")}, "live", 3),
    "no money": ({"provider": "stripe", "body": event({}, "customer.created")}, None, None),
}
NOWHERE: Final = {"provider": "stripe", "body": event(checkout_session(currency="usd"))}


def settings(**changes: str) -> LoadedSettings:
    """Return settings with streams and routes."""
    names = {"STREAMS": json.dumps(STREAMS), "ROUTES": json.dumps(ROUTES), **changes}
    return LoadedSettings(SettingsOf(every=names), {}, "the test")


def lines(
    capsys: pytest.CaptureFixture[str], path: Path, document: object, **changes: str
) -> tuple[int, list[Any]]:
    """Return the exit status, and what was printed."""
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text)
    status = run(str(path), settings(**changes), as_json=True)
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", RECORDED)
def test_a_delivery_goes_where_the_function_would_send_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the number of the rule, from 0; where nothing is sent, that is no fault."""
    recording, stream, rule = RECORDED[name]
    status, (found,) = lines(capsys, tmp_path / "f.json", recording)

    ids = {"live": "G-LIVE1", "test": "G-TEST1", "app": "1:2:ios:3", None: None}
    assert (status, found.keys()) == (0, {"stream", "measurement_id", "rule", "reason"})
    assert (found["stream"], found["rule"]) == (stream, rule)
    assert found["measurement_id"] == ids[stream]


def test_what_no_rule_takes_is_exit_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be ignored; in a list, in JSON lines, or several of one shop in one recording."""
    good = RECORDED["stripe"][0]
    several = {"provider": "stripe", "events": [good["body"], NOWHERE["body"]]}
    for document in ([good, NOWHERE], f"{json.dumps(good)}\n{json.dumps(NOWHERE)}\n", several):
        status, (first, second) = lines(capsys, tmp_path / "f.json", document)

        assert (status, first["rule"], second["rule"], second["stream"]) == (1, 3, None, None)
        assert "route" in second["reason"]


def test_test_mode_that_no_rule_is_for_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless it is accepted."""
    recording, routes = RECORDED["test mode"][0], json.dumps([{"to": "live"}])
    assert lines(capsys, tmp_path / "f", recording, ROUTES=routes)[0] == 1
    assert (
        lines(capsys, tmp_path / "f", recording, ROUTES=routes, ACCEPT_TEST_EVENTS="true")[0] == 0
    )


def test_a_delivery_that_cannot_be_read_says_which_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is exit status 1."""
    bad = {"provider": "stripe", "body": event(checkout_session(amount_total="much"))}
    status, (found,) = lines(capsys, tmp_path / "f", bad)

    assert (status, "amount_total" in found["reason"]) == (1, True)


@pytest.mark.parametrize("text", ["", "7", '{"provider": "acme", "body": {}}', "{}\nnope", "[1]"])
def test_what_is_no_recording_is_wrong_usage(text: str, tmp_path: Path) -> None:
    """With what a recording looks like."""
    (tmp_path / "f").write_text(text)
    with pytest.raises(UsageError):
        run(str(tmp_path / "f"), settings(), as_json=True)


def test_the_example_goes_where_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    """`docs/guides/streams.md` shows it."""
    assert run("examples/delivery.json", settings(), as_json=False) == 0
    assert capsys.readouterr().out.startswith("live: ROUTES[3] matches purchase")

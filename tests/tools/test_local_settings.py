"""The functions of a local stack get local defaults, and whatever was set for them."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from shared.settings.shapes import setting_names
from tools import local_settings
from tools.local_settings import local_environment, signing_references
from tools.traffic.providers import SENDERS

COLLECTOR = "http://127.0.0.1:8787"


def environment(folder: Path, **given: str) -> Mapping[str, str]:
    """What the functions find, given what we were given."""
    return local_environment(given, folder=folder, collector=COLLECTOR)


def secret(reference: str) -> str:
    """What a `file:` reference points to."""
    return Path(reference.removeprefix("file:")).read_text(encoding="utf-8")


def test_the_defaults(tmp_path: Path) -> None:
    """Without any settings everything is local."""
    found = environment(tmp_path)

    assert found["GA4_MEASUREMENT_ID"] == "G-LOCAL00001"
    assert found["GA4_ENDPOINT"] == COLLECTOR
    assert found["STORE"] == f"sqlite:{tmp_path}/connectors.sqlite"
    assert found["ACCEPT_TEST_EVENTS"] == "true"
    assert found["GA4_API_SECRET"] == f"file:{tmp_path}/api_secret"
    assert len(secret(found["GA4_API_SECRET"])) >= 16
    stripe = json.loads(found["PAYMENT_PROVIDERS"])["stripe"]
    assert secret(stripe["secret"]) == "whsec_local"
    assert stripe["disputes"] is True


def test_any_setting_of_ours_wins(tmp_path: Path) -> None:
    """A setting that is present overrides the default."""
    ours = dict.fromkeys({*setting_names()} - {"PAYMENT_PROVIDERS"}, "mine")

    assert ours.items() <= environment(tmp_path, **ours).items()


def test_a_provider_that_is_begun_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its deliveries are there first, its name in the registry later."""
    monkeypatch.setattr(local_settings, "SENDERS", {**SENDERS, "acme": SENDERS["paypal"]})

    assert "acme" not in json.loads(environment(tmp_path)["PAYMENT_PROVIDERS"])


def test_an_empty_setting_is_absent(tmp_path: Path) -> None:
    """The functions take an empty setting for none, and so does the stack."""
    assert environment(tmp_path, STORE=" ")["STORE"].startswith("sqlite:")


def test_everything_else_is_passed_on(tmp_path: Path) -> None:
    """The functions see the rest of the environment as it is."""
    found = environment(tmp_path, HOME="/somewhere", EMPTY="")

    assert (found["HOME"], found["EMPTY"]) == ("/somewhere", "")


@pytest.mark.parametrize(
    ("who", "variable", "default"),
    [
        ("stripe", "CONNECTORS_STRIPE_SECRET", "whsec_local"),
        ("capture", "CONNECTORS_CAPTURE_SECRET", None),
        ("standard", "CONNECTORS_STANDARD_SECRET", None),
        ("paddle", "CONNECTORS_PADDLE_SECRET", "local"),
        ("shopify", "CONNECTORS_SHOPIFY_SECRET", "local"),
    ],
)
def test_secrets_are_in_private_files(
    tmp_path: Path, who: str, variable: str, default: str | None
) -> None:
    """Each signing secret is in a file that only its owner reads."""
    standard = "whsec_Y29ubmVjdG9ycy1sb2NhbC1jYXB0dXJlLXNlY3JldCE="
    path = tmp_path / f"{who}_secret"

    environment(tmp_path)
    assert path.read_text(encoding="utf-8") == (default or standard)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    environment(tmp_path, **{variable: "another"})
    assert path.read_text(encoding="utf-8") == "another"


def test_providers_without_a_secret_get_the_local_one(tmp_path: Path) -> None:
    """A provider may be configured with its options alone."""
    given = {
        "stripe": {"payment_intents": True},
        "paddle": {},
        "shopify": {"secret": "file:/mine"},
    }
    found = json.loads(
        environment(tmp_path, PAYMENT_PROVIDERS=json.dumps(given))["PAYMENT_PROVIDERS"]
    )

    assert found == {
        "stripe": {"payment_intents": True, "secret": f"file:{tmp_path}/stripe_secret"},
        "paddle": {"secret": f"file:{tmp_path}/paddle_secret"},
        "shopify": {"secret": "file:/mine"},
    }


@pytest.mark.parametrize("providers", ["{", "[]", '{"stripe": 1}', '{"unheard_of": {}}'])
def test_wrong_providers_are_left_to_the_function(tmp_path: Path, providers: str) -> None:
    """What cannot be completed is passed on; the function names what is wrong with it."""
    found = environment(tmp_path, PAYMENT_PROVIDERS=providers)["PAYMENT_PROVIDERS"]

    assert found.split() == providers.split()


def test_where_each_sender_finds_its_secret() -> None:
    """The first of several; a sender without one, or settings that are no JSON, have none."""
    settings = {
        "PAYMENT_PROVIDERS": json.dumps(
            {"stripe": {"secret": ["file:/new", "file:/old"]}, "paddle": {"secret": "file:/p"}}
            | {"shopify": {}, "standard": 7}
        ),
        "CAPTURE_SECRET": "file:/c, file:/older",
        "PUSH_TOKEN": " ",
    }

    assert signing_references(settings) == {
        "stripe": "file:/new",
        "paddle": "file:/p",
        "capture": "file:/c",
    }
    assert signing_references({"PAYMENT_PROVIDERS": "{"}) == {}
    assert signing_references({"PUSH_TOKEN": "file:/t"}) == {"pubsub": "file:/t"}

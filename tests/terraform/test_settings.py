"""What Terraform puts into a function's environment is what that function reads."""

import re

import pytest

from functions.event_status.main import LOOKING_SECONDS
from functions.reconciliation.main import RECONCILING_SECONDS
from shared.providers.registry import PROVIDERS
from shared.settings.read_streams import SHORT_FORM, read_streams
from shared.settings.reader import read_settings
from shared.settings.shapes import SHAPES, setting_names
from tests.support.places import ROOT
from tests.terraform.planning import Json, Plan

pytestmark = pytest.mark.terraform

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))
STANDARD = [
    name
    for name in FUNCTIONS
    if name not in {"context_capture", "data_enrichment", "event_status", "reconciliation"}
]

# A deployment speaks to Google and Stripe, and not to what plays their part on loopback; and the
# platform checks who pushes, so that no token has to.
UNSET = {
    "PUSH_ACCOUNT",
    "PUSH_AUDIENCE",
    "PUSH_TOKEN",
    "GA4_DEBUG",  # of `policies`; a check warns of it, so that this plan leaves it out
    "PUBSUB_EMULATOR_HOST",
    "SECRET_MANAGER_EMULATOR_HOST",
    "DATA_MANAGER_ENDPOINT",
    "FIRESTORE_EMULATOR_HOST",
    "CHARGEBEE_API",
    "WOOCOMMERCE_API",
    "CONNECTORS_PAYPAL_ROOT",
    "MOLLIE_API",
    "CONNECTORS_APPLE_ROOT",
    "PADDLE_API",
    "PAYPAL_API",
    "REVENUECAT_API",
    "SHOPIFY_API",
    "STRIPE_API",
}

# Instead of the settings for one stream.
OF_SEVERAL = {"STREAMS", "ROUTES", "GA4_EXPORT_OF"}

# The framework reads this one. Google sets it to true where a deployment leaves it out, and the
# framework then replaces what Python's logging was set up with.
OF_THE_FRAMEWORK = {"LOG_EXECUTION_ID"}


def environment(plan: Plan, name: str) -> dict[str, str]:
    """Return a function's environment as it is deployed."""
    (function,) = deployed(plan, name)
    found: dict[str, str] = function["service_config"][0]["environment_variables"]
    return found


def deployed(plan: Plan, name: str) -> list[Json]:
    """Return what is planned of a function."""
    return [
        function
        for function in plan.of_type("google_cloudfunctions2_function")
        if function["build_config"][0]["entry_point"] == name
    ]


def test_every_function_of_the_repository_is_deployed_and_no_other(everything: Plan) -> None:
    """A folder of functions/ is an entry of Terraform's catalogue."""
    entry_points = [
        function["build_config"][0]["entry_point"]
        for function in everything.of_type("google_cloudfunctions2_function")
    ]

    assert sorted(entry_points) == FUNCTIONS


def test_the_catalogue_names_the_functions_of_the_repository() -> None:
    """And no other."""
    text = (ROOT / "terraform" / "functions.tf").read_text(encoding="utf-8")

    assert re.findall(r"^    ([a-z_]+) = \{$", text, re.MULTILINE) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_accepts_its_environment(everything: Plan, name: str) -> None:
    """Its own reader finds nothing missing and nothing malformed."""
    read_settings(environment(everything, name), SHAPES[name])


@pytest.mark.parametrize("name", STANDARD)
def test_each_function_of_a_first_apply_accepts_its_environment(standard: Plan, name: str) -> None:
    """With nothing but the three variables there are no defaults."""
    read_settings(environment(standard, name), SHAPES[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_told_what_it_reads_and_nothing_else(everything: Plan, name: str) -> None:
    """A setting that the Python gains is one that Terraform can set, and the reverse."""
    expected = set(setting_names(name)) - UNSET - OF_SEVERAL | OF_THE_FRAMEWORK

    assert set(environment(everything, name)) == expected


@pytest.mark.parametrize("name", ["payment_webhook", "reconciliation"])
def test_several_streams_take_the_place_of_one(several: Plan, name: str) -> None:
    """Each with its own secret, by the rules that were given."""
    given = environment(several, name)
    found = read_settings(given, read_streams)

    assert not set(SHORT_FORM) & set(given)
    assert {stream.name: stream.id for stream in found.by_name.values()} == {
        "app": "1:1234567890:android:321abc456def7890",
        "live": "G-AB12CD34EF",
        "test": "G-TEST123456",
    }
    assert [rule.to for rule in found.rules] == ["test", "app", "live"]
    assert found.rules[0].live is False
    assert ("GA4_EXPORT_OF" in given) == (name == "reconciliation")
    read_settings(given, SHAPES[name])


@pytest.mark.parametrize("name", STANDARD)
def test_the_framework_leaves_logging_alone(standard: Plan, name: str) -> None:
    """Google would set it to true on a function that does not say false."""
    assert environment(standard, name)["LOG_EXECUTION_ID"] == "false"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_request_ends_before_the_platform_ends_it(everything: Plan, name: str) -> None:
    """A scheduled one in nine minutes, whatever its setting says."""
    (function,) = deployed(everything, name)
    longest = int(environment(everything, name)["REQUEST_DEADLINE_SECONDS"])
    if name in ("event_status", "reconciliation"):
        assert longest == RECONCILING_SECONDS == LOOKING_SECONDS

    assert longest < function["service_config"][0]["timeout_seconds"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_process_takes_on_as_many_as_the_platform_sends_it(everything: Plan, name: str) -> None:
    """Fewer would be answered 503 for no reason."""
    (function,) = deployed(everything, name)
    sent = function["service_config"][0]["max_instance_request_concurrency"]

    assert environment(everything, name)["MAX_DELIVERIES_IN_FLIGHT"] == str(sent)


def test_every_option_of_a_provider_can_be_set() -> None:
    """The table beside the variable names what the Python takes, provider by provider."""
    text = (ROOT / "terraform" / "variables_providers.tf").read_text(encoding="utf-8")
    table = re.search(r"provider_options = \{(.*?)\n  \}", text, re.DOTALL)
    assert table is not None
    given = {
        provider: set(re.findall(r'"([a-z_]+)"', options))
        for provider, options in re.findall(r"(\w+) += \[(.*?)\]", table[1], re.DOTALL)
    }

    assert given == {
        name: ({*kind.options.__struct_fields__, *kind.references})
        - {"transaction_id_keys", "secret", *kind.environment}
        | ({"api_key"} if kind.has_api_key else set())
        for name, kind in PROVIDERS.items()
    }

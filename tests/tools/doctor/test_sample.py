"""What Google's validators say of a sample purchase, and what to do about it."""

import pytest

from shared.secrets.reference import SecretFile
from shared.settings.streams import Stream
from tests.support.loop import in_a_loop
from tests.tools.data_manager.wire import running, shown
from tools.doctor.finding import Finding, Level
from tools.doctor.sample import examine
from tools.doctor.sinks import examine as examine_sinks

NOBODY = "http://127.0.0.1:9"
DATA_MANAGER = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "SINK": "data_manager",
    "GA4_PROPERTY_ID": "123456789",
}


def web(endpoint: str) -> Stream:
    """A stream that goes by the Measurement Protocol."""
    return Stream("default", "G-TEST123", None, SecretFile("x"), endpoint)


def by_api(**ids: str | None) -> Stream:
    """A stream that goes by the Data Manager API."""
    named = {"measurement_id": "G-TEST123", "firebase_app_id": None, **ids}
    return Stream("default", api_secret=None, endpoint=NOBODY, property_id="123456789", **named)  # type: ignore[arg-type]


async def asked(fault: dict[str, object] | None = None, **ids: str | None) -> Finding:
    """Ask the collector, which misbehaves like this."""
    with running() as google:
        if fault:
            google.post("/faults", json=fault)
        (finding,) = await examine(by_api(**ids), str(google.base_url).rstrip("/"))
        assert shown(google) == []
    return finding


@in_a_loop
async def test_the_debug_server_takes_the_sample() -> None:
    """And the collector records nothing of it."""
    with running() as google:
        (finding,) = await examine(web(str(google.base_url).rstrip("/")), NOBODY)
        assert finding.level is Level.OK
        assert shown(google) == []


@in_a_loop
async def test_the_data_manager_api_takes_the_sample() -> None:
    """Of a web stream and of an app's; nothing is recorded."""
    for finding in (
        await asked(),
        await asked(measurement_id=None, firebase_app_id="1:1234567890:android:321abc456def7890"),
    ):
        assert finding.level is Level.OK
        assert finding.says.startswith("takes a sample purchase with your rights")


@in_a_loop
async def test_what_is_out_of_reach_is_unknown() -> None:
    """Not an error of the settings."""
    for stream in (web(NOBODY), by_api()):
        (finding,) = await examine(stream, NOBODY)
        assert finding.level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "fix"),
    [
        ({"status": 403}, "Property access management"),
        ({"status": 403, "reason": "SERVICE_DISABLED"}, "gcloud services enable datamanager"),
        ({"status": 403, "reason": "NOT_ALLOWLISTED"}, "forms.gle"),
        ({"status": 404}, "is the property the one of this measurement id?"),
        ({"status": 401}, "--impersonate-service-account"),
        (
            {"refuse": {"event_name": "purchase", "reason": "INVALID_EVENT_NAME"}},
            "docs/guides/move-to-data-manager.md",
        ),
    ],
)
def test_a_refusal_comes_with_what_to_do(fault: dict[str, object], fix: str) -> None:
    """Rights, the API and the ids each have a fix of their own."""

    @in_a_loop
    async def check() -> None:
        finding = await asked(fault)
        assert finding.level is Level.ERROR
        assert fix in finding.fix

    check()


def test_nothing_is_odd_about_a_whole_setup() -> None:
    """The old orders' secret is there."""
    assert list(examine_sinks({**DATA_MANAGER, "GA4_API_SECRET": "file:x"})) == []


def test_old_orders_need_their_secret() -> None:
    """A warning names the setting."""
    (finding,) = examine_sinks(DATA_MANAGER)

    assert finding.level is Level.WARNING
    assert "GA4_API_SECRET" in finding.fix


def test_data_that_has_to_stay_in_the_eu_is_warned_of() -> None:
    """The API has no documented host there."""
    settings = {
        **DATA_MANAGER,
        "GA4_API_SECRET": "file:x",
        "GA4_ENDPOINT": "https://region1.google-analytics.com",
    }
    (finding,) = examine_sinks(settings)

    assert finding.level is Level.WARNING
    assert "EU host" in finding.says

"""A local stack sends by the Data Manager API where `--sink` or the settings say so."""

import json
from pathlib import Path

import pytest

from tests.support import loopback
from tests.support.forks import run_connectors
from tests.support.local_stack import clean_environment, served
from tools.arrivals import arrivals_of
from tools.chosen_sink import with_sink
from tools.local_settings import local_environment

COLLECTOR = "http://127.0.0.1:8787"
STREAMS = {
    "live": {"measurement_id": "G-LIVE"},
    "test": {"measurement_id": "G-TEST", "sink": "measurement_protocol"},
    "other": 7,
}


def test_the_short_form_has_a_local_property(tmp_path: Path) -> None:
    """Its own wins; without the sink there is none, and the API is the collector either way."""
    chosen = with_sink({"STORE": "x"}, "data_manager")
    found = local_environment(chosen, folder=tmp_path, collector=COLLECTOR)
    assert found["DATA_MANAGER_ENDPOINT"] == COLLECTOR
    assert (found["SINK"], found["GA4_PROPERTY_ID"]) == ("data_manager", "123456789")

    own = {**chosen, "GA4_PROPERTY_ID": "5"}
    assert local_environment(own, folder=tmp_path, collector=COLLECTOR)["GA4_PROPERTY_ID"] == "5"
    usual = local_environment({}, folder=tmp_path, collector=COLLECTOR)
    assert "GA4_PROPERTY_ID" not in usual
    assert usual["DATA_MANAGER_ENDPOINT"] == COLLECTOR


def test_each_stream_has_what_its_sink_needs(tmp_path: Path) -> None:
    """A stream that names its sink keeps it; a secret or a property is added where it is needed."""
    chosen = with_sink({"STREAMS": json.dumps(STREAMS)}, "data_manager")
    found = json.loads(local_environment(chosen, folder=tmp_path, collector=COLLECTOR)["STREAMS"])

    assert found["live"] == {
        "measurement_id": "G-LIVE",
        "sink": "data_manager",
        "property_id": "123456789",
    }
    assert found["test"].keys() == {"measurement_id", "sink", "api_secret"}
    assert found["other"] == 7


@pytest.mark.parametrize("streams", ["{", "[]", "7"])
def test_wrong_streams_are_left_to_the_function(streams: str) -> None:
    """It names what is wrong with them."""
    assert with_sink({"STREAMS": streams}, "data_manager")["STREAMS"] == streams


def test_everything_goes_by_the_data_manager_api(tmp_path: Path) -> None:
    """Of each function; the answers are the same, and the ledger says that it is accepted."""
    store = tmp_path / "store.sqlite"
    with served("--sink", "data_manager", STORE=f"sqlite:{store}") as stack:
        outcomes = [
            line["outcome"]
            for name in ("stripe.refund", "renewal", "enrichment", "sale")
            for line in stack.answers(name)
        ]
        events = stack.events()
        environ = clean_environment(STORE=f"sqlite:{store}", GA4_MEASUREMENT_ID="G-LOCAL00001")
        ledger = run_connectors("ledger", "list", "--json", environ=environ)

    assert set(outcomes) == {"delivered"}
    assert {event["path"] for event in events} == {"/v1/events:ingest"}
    assert {event["measurement_id"] for event in events} == {"G-LOCAL00001"}
    assert {event["verdict"] for event in events} == {"ok"}
    names = sorted(arrival.name for arrival in arrivals_of(events))
    assert names.count("refund") == 1
    assert names.count("purchase") >= 3
    entries = [json.loads(line) for line in ledger.out.splitlines()]
    assert {entry["state"] for entry in entries} == {"accepted"}
    assert len(entries) == len(events)


def test_google_s_word_is_asked_for(tmp_path: Path) -> None:
    """`event_status` settles what was taken: what Google failed is rejected, with its reason."""
    reason = "PROCESSING_ERROR_REASON_INVALID_EVENT"
    store = f"sqlite:{tmp_path}/store.sqlite"
    with served("--sink", "data_manager", STORE=store, EVENT_STATUS_AFTER_SECONDS="0") as stack:
        collector, status = stack.line["collector"], stack.line["functions"]["event_status"]
        outcome = {"event_name": "refund", "error": reason}
        loopback.post(f"{collector}/data-manager/outcomes", json=outcome).raise_for_status()
        stack.answers("stripe.refund")
        answer = loopback.post(status, timeout=30)
        environ = clean_environment(STORE=store, GA4_MEASUREMENT_ID="G-LOCAL00001")
        ledger = run_connectors("ledger", "list", "--json", environ=environ)
        order = stack.events()[0]["body"]["transactionId"]
        said = run_connectors("explain", order, "--collector", collector, environ=stack.environ)

    assert (answer.status_code, answer.json()["outcome"]) == (200, "settled")
    entries = [json.loads(line) for line in ledger.out.splitlines()]
    ends = {entry["event_name"]: (entry["state"], entry["reason"]) for entry in entries}
    assert ends == {"purchase": ("delivered", None), "refund": ("rejected", reason)}
    assert reason in said.out


def test_the_real_ga4_is_reached_by_the_measurement_protocol_only(tmp_path: Path) -> None:
    """`--to` beside the other sink is wrong usage."""
    (tmp_path / "secret").write_text("s3cr3t-s3cr3t")
    to = ("--to", "G-AB12CD34EF", "--api-secret-file", str(tmp_path / "secret"), "--port", "0")
    for sink, settings in ((("--sink", "data_manager"), {}), ((), {"SINK": "data_manager"})):
        done = run_connectors("serve", *sink, *to, environ=clean_environment(**settings))
        assert (done.status, done.out) == (2, "")
        assert "--to sends by the Measurement Protocol" in done.error

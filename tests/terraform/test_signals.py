"""What Terraform counts and asks for is what the Python writes."""

import re
from typing import get_type_hints

import pytest

from shared.delivery.route import NO_ROUTE, NO_ROUTE_FOR_TESTS
from shared.domain.attributed import State
from shared.handlers.event_status import FIGURES
from shared.observability.log import LogFields
from shared.outcome import Result
from shared.reconciliation.export import finding
from shared.reconciliation.provider import standing
from shared.web.responses import STATUS
from tests.support.places import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.terraform

OUTCOMES = {result.value for result in Result} | {word for _, _, word in STATUS} | {"failed"}
OURS = {word for _, status, word in STATUS if status >= 500} | {"failed"}
README = (ROOT / "terraform" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def filters(everything: Plan) -> str:
    """The filters of every metric that is made from the log."""
    return "\n".join(metric["filter"] for metric in everything.of_type("google_logging_metric"))


@pytest.fixture(scope="session")
def queries(everything: Plan) -> str:
    """What every alert and the dashboard ask for."""
    alerts = [
        policy["conditions"][0]["condition_prometheus_query_language"][0]["query"]
        for policy in everything.of_type("google_monitoring_alert_policy")
    ]
    (dashboard,) = everything.of_type("google_monitoring_dashboard")
    return "\n".join([*alerts, dashboard["dashboard_json"].replace('\\"', '"')])


def test_every_field_that_is_counted_is_a_field_of_the_log(everything: Plan, filters: str) -> None:
    """In filters and in labels."""
    extractors = " ".join(
        text
        for metric in everything.of_type("google_logging_metric")
        for text in (metric["label_extractors"] or {}).values()
    )
    fields = set(re.findall(r"jsonPayload\.(\w+)", filters + extractors))

    assert fields
    assert fields - {"event"} <= set(get_type_hints(LogFields))


def test_every_line_that_is_counted_is_written(filters: str) -> None:
    """By its event's name."""
    written: set[str] = set()
    for source in (ROOT / "shared").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        constants = dict(re.findall(r'^(\w+): Final = "(\w+)"', text, re.MULTILINE))
        written |= set(re.findall(r'\b(?:log\(|partial\(\s*log,)\s*"(\w+)"', text))
        written |= {constants.get(name, "") for name in re.findall(r"\blog\(\s*([A-Z_]+)", text)}
    counted = set(re.findall(r'jsonPayload\.event="(\w+)"', filters))

    assert counted == {
        "counted_twice",
        "event",
        "event_status",
        "id_conflict",
        "reconciliation",
        "request",
        "sink_refused",
        "status_overdue",
        "status_rejected",
        "status_unnamed",
    }
    assert counted <= written


@pytest.mark.parametrize(
    ("label", "words"),
    [("outcome", OUTCOMES), ("attribution", {state.value for state in State})],
)
def test_every_word_that_is_asked_for_is_one_the_log_says(
    queries: str, label: str, words: set[str]
) -> None:
    """An alert for a word nobody says never fires."""
    asked = {
        word
        for choice in re.findall(rf'{label}=~?"([^"]+)"', queries)
        for word in choice.split("|")
    }

    assert asked
    assert asked <= words


def test_every_error_of_ours_is_told_of(everything: Plan) -> None:
    """Those the table answers with 5xx, and what is rejected or unclear."""
    (query,) = [
        policy["conditions"][0]["condition_prometheus_query_language"][0]["query"]
        for policy in everything.of_type("google_monitoring_alert_policy")
        if policy["display_name"].endswith("failed deliveries")
    ]

    assert OURS | {"rejected", "uncertain"} == {
        word for choice in re.findall(r'outcome=~"([^"]+)"', query) for word in choice.split("|")
    }


def test_every_metric_of_ours_that_is_asked_for_is_counted(everything: Plan, queries: str) -> None:
    """With the labels it is asked by."""
    metrics = {}
    for metric in everything.of_type("google_logging_metric"):
        # PromQL asks for the sum of a distribution by that name.
        spread = metric["metric_descriptor"][0]["value_type"] == "DISTRIBUTION"
        name = metric["name"] + ("_sum" if spread else "")
        metrics[name] = set(metric["label_extractors"] or ())
    asked = re.findall(r"logging_googleapis_com:user_(\w+)\{([^}]*)\}", queries)

    assert {name for name, _ in asked} == set(metrics)
    for name, labels in asked:
        assert set(re.findall(r"(\w+)=", labels)) - {"monitored_resource"} <= metrics[name]


def test_no_metric_has_the_name_of_another(everything: Plan) -> None:
    """Google refuses the second, and the apply fails."""
    names = [metric["name"] for metric in everything.of_type("google_logging_metric")]

    assert len(names) == len(set(names))


def test_the_figures_of_a_comparison_are_those_that_make_it_an_error(everything: Plan) -> None:
    """And orphans beside them, which are none; each by its name in the line's counts."""
    figures = {
        metric["value_extractor"]
        for metric in everything.of_type("google_logging_metric")
        if 'event="reconciliation"' in metric["filter"] and metric["value_extractor"]
    }
    words = {*standing.WRONG, *finding.WRONG, finding.Status.ORPHANED}

    assert figures == {f"EXTRACT(jsonPayload.counts.{word})" for word in words}


def test_the_figures_of_a_run_are_those_that_the_function_counts(everything: Plan) -> None:
    """What has a line for each event is counted by that."""
    figures = {
        metric["value_extractor"]
        for metric in everything.of_type("google_logging_metric")
        if 'event="event_status"' in metric["filter"] and metric["value_extractor"]
    }
    by_line = {"rejected", "unnamed", "overdue"}

    assert figures == {f"EXTRACT(jsonPayload.counts.{name})" for name in {*FIGURES} - by_line}


def test_what_no_route_takes_is_counted_by_its_reason(several: Plan) -> None:
    """In the words that the code has for it; with one stream there is nothing to count."""
    counter = several.resources['google_logging_metric.counters["unrouted_events"]']
    (prefix,) = re.findall(r'jsonPayload.reason=~"\^(.*?)"', counter["filter"])

    assert all(reason.startswith(prefix) for reason in (NO_ROUTE, NO_ROUTE_FOR_TESTS))


def test_every_alert_is_explained_and_the_reverse(everything: Plan) -> None:
    """What it means and what to do, under its name."""
    text = (ROOT / "terraform" / "alerts.tf").read_text(encoding="utf-8")
    written = set(re.findall(r"^      (\w+) = \{\n +severity", text, re.MULTILINE))
    planned = {
        address.split('"')[1]
        for address in everything.resources
        if address.startswith("google_monitoring_alert_policy.")
    }
    section = README.split("\n## Alerts\n")[1].split("\n## ")[0]

    assert planned <= written == set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))

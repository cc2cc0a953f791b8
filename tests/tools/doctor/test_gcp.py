"""`connectors doctor gcp` against Google's APIs on loopback and a webhook that really runs."""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from shared.stores.document import COLLECTIONS
from tests.support.child_forks import forked_local_stack
from tests.support.gcp_server import GcpServer
from tests.support.loop import in_a_loop
from tests.tools.doctor import deployment as d
from tools.doctor.finding import Finding, Level
from tools.doctor.gcp.command import examine
from tools.functions import FUNCTIONS

Answers = dict[str, Any]
Damage = Callable[[Answers], None]

WEBHOOK: Final = tuple(f for f in FUNCTIONS if f.name == "payment_webhook")


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here speaks TLS, and each of the doctor's clients would load them for 20 ms."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


async def found(answers: Answers, **damaged: Any) -> list[Finding]:  # noqa: ANN401 - JSON
    """Return what the doctor finds of a deployment."""
    async with GcpServer({**answers, **damaged}) as server:
        findings = await examine(d.PROJECT, d.REGION, server.url)
        asked = {method for method, path in server.asked if not path.endswith(":getIamPolicy")}
    assert asked <= {"GET", "POST"}
    return findings


def bad(findings: list[Finding]) -> list[Finding]:
    """Return what is not as it should be."""
    return [finding for finding in findings if finding.level is not Level.OK]


@in_a_loop
async def test_a_healthy_deployment_has_no_findings(tmp_path: Path) -> None:
    """The webhook runs as it is deployed, and GA4's debug server is the local one."""
    with (tmp_path / "log").open("wb") as log:
        async with forked_local_stack({}, functions=WEBHOOK, log=log) as stack:
            webhook = stack.functions["payment_webhook"]
            findings = await found(d.healthy(webhook, stack.collector))

    assert bad(findings) == []
    assert {"debug endpoint", "unsigned post to payment_webhook"} <= {f.about for f in findings}


def _change(path: str, **fields: Any) -> Damage:  # noqa: ANN401 - JSON
    def damage(answers: Answers) -> None:
        answers[path] = {**answers[path], **fields}

    return damage


def _answer(path: str, answer: Any) -> Damage:  # noqa: ANN401 - JSON
    def damage(answers: Answers) -> None:
        answers[path] = answer

    return damage


def _function(**fields: Any) -> Damage:  # noqa: ANN401 - JSON
    """Change the first function."""

    def damage(answers: Answers) -> None:
        first, *rest = answers[d.FUNCTIONS]["functions"]
        serving = {**first["serviceConfig"], **fields.pop("serving", {})}
        changed = {**first, "serviceConfig": serving, **fields}
        answers[d.FUNCTIONS] = {"functions": [changed, *rest]}

    return damage


def _setting(name: str, value: str | None) -> Damage:
    """Change a setting of the first function, or take it away."""

    def damage(answers: Answers) -> None:
        variables = answers[d.FUNCTIONS]["functions"][0]["serviceConfig"]["environmentVariables"]
        if value is None:
            del variables[name]
        else:
            variables[name] = value

    return damage


RENEWAL: Final = "https://subscription-renewal.example"
FIRST_EXPIRY: Final = f"{d.FIRESTORE}/collectionGroups/{COLLECTIONS[0]}/fields/expires_at"


@pytest.mark.parametrize(
    ("damage", "level", "about", "says"),
    [
        (_answer(d.FUNCTIONS, {}), "error", "functions", "not deployed"),
        (_answer(d.FUNCTIONS, 403), "unknown", "functions", "PERMISSION_DENIED"),
        (_function(state="FAILED"), "error", "function payment_webhook", "FAILED"),
        (
            _change(f"{d.RUN}/payment-webhook", latestCreatedRevision="x/payment-webhook-00003"),
            "error",
            "revision of payment_webhook",
            "payment-webhook-00003 was deployed",
        ),
        (
            _answer(f"{d.RUN}/payment-webhook", 403),
            "unknown",
            "revision of payment_webhook",
            "says",
        ),
        (_setting("STORE", None), "error", "settings of payment_webhook", "STORE: missing"),
        (_setting("STORE", "sqlite:/tmp/x"), "error", "settings of payment_webhook", "SQLite"),
        (
            _setting("ACCEPT_TEST_EVENTS", "true"),
            "warning",
            "settings of payment_webhook",
            "test payments",
        ),
        (_setting("GA4_DEBUG", "true"), "warning", "settings of payment_webhook", "DebugView"),
        (
            _answer(f"{d.SECRETS}/api/versions", {}),
            "error",
            "secret api",
            "no enabled version",
        ),
        (_answer(f"{d.SECRETS}/api/versions", 404), "error", "secret api", "does not exist"),
        (
            _answer(
                f"{d.SECRETS}/stripe:getIamPolicy",
                d.accessors(d.account("payment_webhook"), "intern@shop.iam.gserviceaccount.com"),
            ),
            "error",
            "readers of stripe",
            "intern@",
        ),
        (
            _answer(f"{d.SECRETS}/stripe:getIamPolicy", {}),
            "error",
            "readers of stripe",
            "may not read it",
        ),
        (
            _answer(
                d.POLICY,
                {
                    "bindings": [
                        {"role": "roles/secretmanager.secretAccessor", "members": ["group:all"]}
                    ]
                },
            ),
            "warning",
            "readers of every secret",
            "group:all",
        ),
        (
            _answer(f"{d.PUBSUB}/subscriptions", {}),
            "error",
            "messages for subscription_renewal",
            "no subscription",
        ),
        (
            _answer(
                f"{d.PUBSUB}/subscriptions",
                {"subscriptions": [d.subscription(RENEWAL, deadLetterPolicy=None)]},
            ),
            "error",
            "subscription renewals",
            "no dead-letter topic",
        ),
        (
            _answer(
                f"{d.PUBSUB}/subscriptions",
                {"subscriptions": [d.subscription(RENEWAL, retryPolicy=None)]},
            ),
            "warning",
            "subscription renewals",
            "without backoff",
        ),
        (
            _answer(
                f"{d.PUBSUB}/subscriptions",
                {"subscriptions": [d.subscription(RENEWAL, pushConfig={"pushEndpoint": RENEWAL})]},
            ),
            "error",
            "subscription renewals",
            "without a token",
        ),
        (
            _answer(
                f"{d.PUBSUB}/subscriptions",
                {"subscriptions": [d.subscription(RENEWAL, topic="_deleted-topic_")]},
            ),
            "error",
            "subscription renewals",
            "deleted",
        ),
        (
            _answer(f"{d.PUBSUB}/topics/dead/subscriptions", {}),
            "error",
            "topic dead",
            "nobody subscribes",
        ),
        (
            _answer(f"{d.PUBSUB}/topics/renewals/subscriptions", 404),
            "error",
            "topic renewals",
            "does not exist",
        ),
        (_answer(FIRST_EXPIRY, {}), "error", f"expiry of {COLLECTIONS[0]}", "off"),
        (_answer(d.FIRESTORE, 404), "error", "store", "does not exist"),
        (
            _change(d.FIRESTORE, deleteProtectionState="DELETE_PROTECTION_DISABLED"),
            "warning",
            "store",
            "can be deleted",
        ),
        (
            _setting("STORE", f"firestore:{d.PROJECT}/other"),
            "error",
            "store",
            "several",
        ),
        (_answer(d.POLICIES, {}), "error", "alerts", "none"),
        (
            _answer(d.POLICIES, {"alertPolicies": [d.alert(enabled=False)]}),
            "error",
            "alert payments fail",
            "switched off",
        ),
        (
            _answer(d.POLICIES, {"alertPolicies": [d.alert(notificationChannels=[])]}),
            "warning",
            "alert payments fail",
            "notifies nobody",
        ),
        (
            _answer(d.SERIES, d.counts(payment_webhook=(40, 0))),
            "error",
            "log lines of payment_webhook",
            "40 successful requests in 6 hours, and lines of 0: alerts and metrics see too little",
        ),
        (
            _answer(d.SERIES, d.counts(payment_webhook=(40, 20))),
            "error",
            "log lines of payment_webhook",
            "lines of 20",
        ),
        (_answer(d.METRICS, {}), "error", "log lines", "no log-based metric"),
        (_answer(d.SERIES, 403), "unknown", "log lines", "PERMISSION_DENIED"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@in_a_loop
async def test_what_is_wrong_is_reported_with_its_fix(
    damage: Damage, level: str, about: str, says: str
) -> None:
    """One line: what, how it is, and what to do."""
    answers: Answers = d.healthy("", "http://127.0.0.1:9")
    damage(answers)

    findings = [f for f in await found(answers) if f.about == about and says in f.says]

    assert [finding.level for finding in findings] == [Level(level)]
    assert findings[0].fix
    assert "jane@example.com" not in findings[0].says


@pytest.mark.parametrize(
    ("status", "level", "says"),
    [
        (400, "ok", "refused"),
        (401, "error", "no provider gets in"),
        (403, "error", "no provider gets in"),
        (404, "unknown", "ingress"),
        (500, "error", "instead"),
    ],
)
@in_a_loop
async def test_a_webhook_is_asked_whether_it_refuses_the_unsigned(
    status: int, level: str, says: str
) -> None:
    """Whatever it answers but 400 is a finding."""
    async with GcpServer({"": status}) as webhook:
        answers = d.healthy(webhook.url, "http://127.0.0.1:9")
        findings = await found(answers)

    (finding,) = (f for f in findings if f.about == "unsigned post to payment_webhook")
    assert finding.level is Level(level)
    assert says in finding.says


@in_a_loop
async def test_a_webhook_that_takes_anything_is_the_worst() -> None:
    """Revenue from anybody."""
    async with GcpServer({"": {"outcome": "delivered"}}) as webhook:
        findings = await found(d.healthy(webhook.url, "http://127.0.0.1:9"))

    (finding,) = (f for f in findings if f.about == "unsigned post to payment_webhook")
    assert finding.level is Level.ERROR
    assert "it was taken" in finding.says


@in_a_loop
async def test_no_request_is_no_missing_line() -> None:
    """A deployment of today, or a quiet night."""
    findings = await found(d.healthy("", "http://127.0.0.1:9"), **{d.SERIES: {}})

    lines = [f for f in findings if f.about.startswith("log lines of ")]
    assert {finding.level for finding in lines} == {Level.OK}
    assert all("nothing to compare" in finding.says for finding in lines)


@in_a_loop
async def test_requests_and_lines_are_counted_in_spans_that_fit() -> None:
    """The line of each request that is counted is in the span in which lines are looked for."""
    spans: dict[str, tuple[str, str]] = {}

    def answer(query: Mapping[str, str]) -> Answers:
        kind = "requests" if "request_count" in query["filter"] else "lines"
        spans[kind] = (query["interval.startTime"], query["interval.endTime"])
        assert query["aggregation.groupByFields"] == "resource.labels.service_name"
        return {}

    await found(d.healthy("", "http://127.0.0.1:9"), **{d.SERIES: answer})

    assert spans["lines"][0] < spans["requests"][0] < spans["requests"][1] < spans["lines"][1]


@in_a_loop
async def test_requests_without_a_line_of_their_own_are_counted_too() -> None:
    """One line may stand for several: a distribution's sum says for how many."""

    def answer(query: Mapping[str, str]) -> Answers:
        if "suppressed" not in query["filter"]:
            return d.counts(payment_webhook=(100, 40))(query)
        spread = {"distributionValue": {"count": "2", "mean": 30.0}}
        series = d.counts(payment_webhook=(0, 0))({"filter": '"run.googleapis.com/request_count"'})
        series["timeSeries"][0]["points"] = [{"value": spread}]
        return series

    metrics = [d.metric("connectors_requests"), d.metric("connectors_suppressed_requests")]
    answers = {d.SERIES: answer, d.METRICS: {"metrics": metrics}}
    findings = await found(d.healthy("", "http://127.0.0.1:9"), **answers)

    (finding,) = (f for f in findings if f.about == "log lines of payment_webhook")
    assert (finding.level, finding.says.endswith("lines of 100")) == (Level.OK, True)


@in_a_loop
async def test_a_function_that_never_wrote_a_line_is_found() -> None:
    """Monitoring answers 404 about a metric that never counted; the fix is named."""

    def answer(query: Mapping[str, str]) -> Answers | int:
        counts = d.counts(payment_webhook=(40, 0))(query)
        return counts if "request_count" in query["filter"] else 404

    findings = await found(d.healthy("", "http://127.0.0.1:9"), **{d.SERIES: answer})

    (finding,) = (f for f in findings if f.about == "log lines of payment_webhook")
    assert finding.level is Level.ERROR
    assert "LOG_EXECUTION_ID is not false" in finding.says
    assert "LOG_EXECUTION_ID=false" in finding.fix


def two_shops() -> Answers:
    """Return two deployments of a project: `mugs` is healthy, of `teas` a function failed."""
    answers = d.healthy("", "http://127.0.0.1:9")
    functions = [
        {**entry, "name": entry["name"].replace("/functions/", f"/functions/{shop}-")}
        for shop in ("mugs", "teas")
        for entry in answers[d.FUNCTIONS]["functions"]
    ]
    functions[-1]["state"] = "FAILED"
    alert = answers[d.POLICIES]["alertPolicies"][0]
    named = [{**alert, "displayName": f"{shop} silence"} for shop in ("mugs", "teas")]
    named[1]["enabled"] = False
    return {
        **answers,
        d.FUNCTIONS: {"functions": functions},
        d.POLICIES: {"alertPolicies": named},
    }


async def found_of(prefix: str | None) -> list[Finding]:
    """Return what the doctor finds of one of two shops, or of both."""
    async with GcpServer(two_shops()) as server:
        return await examine(d.PROJECT, d.REGION, server.url, prefix)


@in_a_loop
async def test_of_several_deployments_one_is_looked_at() -> None:
    """Its functions and its alerts, and nobody else's."""
    mugs, teas = await found_of("mugs"), await found_of("teas")

    assert not {f.about for f in bad(mugs)} & {
        "function subscription_renewal",
        "alert mugs silence",
    }
    assert {"function subscription_renewal", "alert teas silence"} <= {f.about for f in bad(teas)}
    assert not any("teas" in f"{f.about} {f.says}" for f in mugs)


@in_a_loop
async def test_several_deployments_at_once_are_named() -> None:
    """What is found of them would be mixed."""
    (finding,) = (f for f in await found_of(None) if f.about == "deployments")

    assert (finding.level, "mugs, teas" in finding.says) == (Level.UNKNOWN, True)
    assert "--prefix" in (finding.fix or "")


@in_a_loop
async def test_a_prefix_that_nobody_has_is_no_deployment() -> None:
    """A typing error does not pass for health."""
    assert "functions" in {f.about for f in bad(await found_of("mug"))}


@in_a_loop
async def test_whoever_is_refused_is_told_the_ways_in() -> None:
    """An organisation may forbid grants to everybody."""
    async with GcpServer({"": 403}) as webhook:
        findings = await found(d.healthy(webhook.url, "http://127.0.0.1:9"))

    (finding,) = (f for f in findings if f.about == "unsigned post to payment_webhook")
    assert "all_users" in (finding.fix or "")
    fix = finding.fix or ""
    for access in ("all_users", "load_balancer", "unchecked", "load_balancer_unchecked"):
        assert access in fix
    assert fix.endswith(
        f"payment-webhook --project={d.PROJECT} --region={d.REGION} --no-invoker-iam-check"
    )

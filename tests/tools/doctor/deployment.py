"""A deployment in good health, as Google's APIs describe it; tests damage one part each."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.settings.shapes import setting_names
from shared.stores.document import COLLECTIONS

Json = dict[str, Any]

PROJECT: Final = "shop"
REGION: Final = "europe-west1"
_PLACE: Final = f"projects/{PROJECT}/locations/{REGION}"
FUNCTIONS: Final = f"cloudfunctions.googleapis.com/v2/{_PLACE}/functions"
SECRETS: Final = f"secretmanager.googleapis.com/v1/projects/{PROJECT}/secrets"
PUBSUB: Final = f"pubsub.googleapis.com/v1/projects/{PROJECT}"
FIRESTORE: Final = f"firestore.googleapis.com/v1/projects/{PROJECT}/databases/connectors"
POLICIES: Final = f"monitoring.googleapis.com/v3/projects/{PROJECT}/alertPolicies"
SERIES: Final = f"monitoring.googleapis.com/v3/projects/{PROJECT}/timeSeries"
METRICS: Final = f"logging.googleapis.com/v2/projects/{PROJECT}/metrics"
POLICY: Final = f"cloudresourcemanager.googleapis.com/v1/projects/{PROJECT}:getIamPolicy"
RUN: Final = f"run.googleapis.com/v2/{_PLACE}/services"

_ALL: Final = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "GA4_API_SECRET": f"projects/{PROJECT}/secrets/api",
    "STORE": f"firestore:{PROJECT}/connectors",
    "PAYMENT_PROVIDERS": json.dumps(
        {"stripe": {"secret": f"projects/{PROJECT}/secrets/stripe", "disputes": True}}
    ),
    "RENEWALS_TOPIC": f"projects/{PROJECT}/topics/renewals",
    "DEAD_LETTER_TOPIC": f"projects/{PROJECT}/topics/dead",
}
# As Terraform gives them to a function that may read no provider's secret.
_OPTIONS_ALONE: Final = json.dumps({"stripe": {"disputes": True}})


def account(name: str) -> str:
    """Return the service account of a function."""
    return f"{name.replace('_', '-')}@{PROJECT}.iam.gserviceaccount.com"


def function(name: str, uri: str, ga4: str) -> Json:
    """Return a function of ours.

    Args:
        name: Its entry point.
        uri: Where it listens.
        ga4: Where GA4 is.
    """
    service = name.replace("_", "-")
    settings = {key: value for key, value in _ALL.items() if key in setting_names(name)}
    if name == "subscription_renewal":
        settings["PAYMENT_PROVIDERS"] = _OPTIONS_ALONE
    return {
        "name": f"projects/{PROJECT}/locations/{REGION}/functions/{service}",
        "state": "ACTIVE",
        "buildConfig": {
            "entryPoint": name,
            "source": {"storageSource": {"object": f"{service}-0123abcd.zip"}},
        },
        "serviceConfig": {
            "uri": uri,
            "revision": f"{service}-00002",
            "service": f"projects/{PROJECT}/locations/{REGION}/services/{service}",
            "serviceAccountEmail": account(name),
            "environmentVariables": {**settings, "GA4_ENDPOINT": ga4},
        },
    }


def healthy(webhook: str, ga4: str) -> dict[str, Any]:
    """Return what each path answers: payments over a webhook, renewals over a topic.

    Args:
        webhook: Where `payment_webhook` listens.
        ga4: Where GA4 is.
    """
    names = ("payment_webhook", "subscription_renewal")
    renewal = "https://subscription-renewal.example"
    uris = dict(zip(names, (webhook, renewal), strict=True))
    answers: dict[str, Any] = {
        FUNCTIONS: {"functions": [function(name, uris[name], ga4) for name in names]},
        POLICY: {"bindings": [{"role": "roles/owner", "members": ["user:owner@example.com"]}]},
        POLICIES: {"alertPolicies": [alert()]},
        METRICS: {"metrics": [metric("connectors_events", "event"), metric("connectors_requests")]},
        SERIES: counts(payment_webhook=(40, 40), subscription_renewal=(7, 9)),
        FIRESTORE: {
            "type": "FIRESTORE_NATIVE",
            "deleteProtectionState": "DELETE_PROTECTION_ENABLED",
        },
        f"{PUBSUB}/subscriptions": {"subscriptions": [subscription(renewal)]},
        f"{PUBSUB}/topics/renewals/subscriptions": {"subscriptions": ["x"]},
        f"{PUBSUB}/topics/dead/subscriptions": {"subscriptions": ["y"]},
    }
    for name in names:
        service = name.replace("_", "-")
        revision = f"{RUN}/{service}/revisions/{service}-00002"
        answers[f"{RUN}/{service}"] = {
            "latestReadyRevision": revision,
            "latestCreatedRevision": revision,
        }
    for secret, readers in (("api", names), ("stripe", names[:1])):
        answers[f"{SECRETS}/{secret}/versions"] = {"versions": [{"state": "ENABLED"}]}
        answers[f"{SECRETS}/{secret}:getIamPolicy"] = accessors(*map(account, readers))
    for collection in COLLECTIONS:
        path = f"{FIRESTORE}/collectionGroups/{collection}/fields/expires_at"
        answers[path] = {"ttlConfig": {"state": "ACTIVE"}}
    return answers


def metric(name: str, event: str = "request") -> Json:
    """Return a log-based metric of Terraform's."""
    return {"name": name, "filter": f'resource.type="x" AND jsonPayload.event="{event}"'}


def counts(**functions: tuple[int, int]) -> Callable[[Mapping[str, str]], Json]:
    """Return what Monitoring counts of each function: successful requests, and lines of such."""
    metrics = (
        "run.googleapis.com/request_count",
        "logging.googleapis.com/user/connectors_requests",
    )

    def answer(query: Mapping[str, str]) -> Json:
        (which,) = (n for n, name in enumerate(metrics) if f'"{name}"' in query["filter"])
        return {
            "timeSeries": [
                {
                    "resource": {"labels": {"service_name": name.replace("_", "-")}},
                    "points": [{"value": {"int64Value": str(both[which])}}],
                }
                for name, both in functions.items()
            ]
        }

    return answer


def accessors(*accounts: str) -> Json:
    """Return the policy of a secret that these accounts may read."""
    members = [f"serviceAccount:{account}" for account in accounts]
    return {"bindings": [{"role": "roles/secretmanager.secretAccessor", "members": members}]}


def alert(**fields: object) -> Json:
    """Return an alert policy of ours."""
    return {
        "displayName": "payments fail",
        "enabled": True,
        "documentation": {"content": "What to do: terraform/README.md of ga4-connectors."},
        "notificationChannels": [f"projects/{PROJECT}/notificationChannels/1"],
        **fields,
    }


def subscription(endpoint: str, **fields: object) -> Json:
    """Return a subscription that pushes renewals to a function."""
    return {
        "name": f"projects/{PROJECT}/subscriptions/renewals",
        "topic": f"projects/{PROJECT}/topics/renewals",
        "pushConfig": {
            "pushEndpoint": endpoint,
            "oidcToken": {"serviceAccountEmail": "invoker@shop.iam.gserviceaccount.com"},
        },
        "retryPolicy": {"minimumBackoff": "10s", "maximumBackoff": "600s"},
        "deadLetterPolicy": {
            "deadLetterTopic": f"projects/{PROJECT}/topics/dead",
            "maxDeliveryAttempts": 10,
        },
        **fields,
    }

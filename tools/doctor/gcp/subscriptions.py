"""Does each message reach its function, and a dead one a place where somebody finds it?"""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.gcp.apis import Apis, Json, Refused
from tools.doctor.gcp.deployment import DeployedFunction

_HOST: Final = "https://pubsub.googleapis.com/v1"
_PUSHED: Final = ("subscription_renewal", "data_enrichment", "offline_event")
_TOPICS: Final = ("RENEWALS_TOPIC", "ENRICHMENT_TOPIC", "DEAD_LETTER_TOPIC")
_DELETED: Final = "_deleted-topic_"


async def examine(
    apis: Apis, functions: list[DeployedFunction], project: str
) -> AsyncIterator[Finding]:
    """Yield what is found of the subscriptions that push to our functions, and of the topics.

    Args:
        apis: Google's.
        functions: What is deployed.
        project: The project's id.
    """
    try:
        url = f"{_HOST}/projects/{project}/subscriptions"
        all_of_them = [entry async for entry in apis.pages(url, "subscriptions")]
    except Refused as refused:
        yield unknown(
            "subscriptions", f"Pub/Sub says {refused}", "grant yourself roles/pubsub.viewer"
        )
        return
    topics = {f.settings[n] for f in functions for n in _TOPICS if f.settings.get(n)}
    for function in functions:
        if function.name in _PUSHED:
            pushing = [s for s in all_of_them if _pushes_to(s, function.uri)]
            if not pushing:
                about = f"messages for {function.name}"
                yield error(about, "no subscription pushes to it", "terraform apply")
            for subscription in pushing:
                for finding in _subscription(subscription):
                    yield finding
                if dead := subscription.get("deadLetterPolicy"):
                    topics.add(str(dead["deadLetterTopic"]))
    for topic in sorted(topics):
        yield await _topic(apis, topic)


def _pushes_to(subscription: Json, uri: str) -> bool:
    endpoint = str(subscription.get("pushConfig", {}).get("pushEndpoint", ""))
    return bool(uri) and endpoint.split("?", maxsplit=1)[0].rstrip("/") == uri.rstrip("/")


def _subscription(subscription: Json) -> Iterator[Finding]:
    name = str(subscription["name"]).rpartition("/")[2]
    about = f"subscription {name}"
    push: dict[str, Any] = dict(subscription.get("pushConfig", {}))
    if subscription.get("topic") == _DELETED:
        yield error(about, "its topic was deleted", "terraform apply")
    if not push.get("oidcToken", {}).get("serviceAccountEmail"):
        yield error(about, "pushes without a token", "terraform apply: it sets oidc_token")
    if not subscription.get("retryPolicy"):
        fix = "terraform apply: it sets a backoff"
        yield warning(about, "retries at once, without backoff", fix)
    policy = subscription.get("deadLetterPolicy")
    if not policy:
        fix = "terraform apply: it sets a dead-letter topic"
        yield error(about, "has no dead-letter topic: a poison message is retried for days", fix)
        return
    if push.get("oidcToken") and subscription.get("retryPolicy"):
        attempts = policy.get("maxDeliveryAttempts", 5)
        yield ok(about, f"pushes with a token, backs off, gives up after {attempts} attempts")


async def _topic(apis: Apis, topic: str) -> Finding:
    """A dead-letter topic that nobody subscribes to drops what it is given."""
    about = f"topic {topic.rpartition('/')[2]}"
    try:
        url = f"{_HOST}/{topic}/subscriptions"
        found = [entry async for entry in apis.pages(url, "subscriptions")]
    except Refused as refused:
        if refused.status == 404:  # noqa: PLR2004 - HTTP's
            return error(about, "does not exist", "terraform apply")
        return unknown(about, f"Pub/Sub says {refused}", "grant yourself roles/pubsub.viewer")
    if not found:
        return error(about, "nobody subscribes: messages are dropped", "terraform apply")
    return ok(about, f"{len(found)} subscription(s)")

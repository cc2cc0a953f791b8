"""A disk that is full: no file of the function's real process may grow any more."""

import resource
from pathlib import Path

from shared.stores.entry import State
from shared.stores.sqlite.database import sqlite_stores
from tests.faults.deployment import EVENTS, Deployment, body_of, counted
from tests.functions.running import GA4, Webhook

_FULL_BYTES = 24 * 1024


def limit(webhook: Webhook, size: int) -> None:
    """Let no file grow beyond a size, as the kernel sees to it."""
    for pid in webhook.pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_what_came_while_the_disk_was_full_is_sent_once(ga4: GA4, tmp_path: Path) -> None:
    """Turned away with 503, and taken when there is room again."""
    path = str(tmp_path / "store.sqlite")
    deployment = Deployment(tmp_path, {"STORE": f"sqlite:{path}"}, lambda: sqlite_stores(path))
    facts = [(name, "FULL") for name in EVENTS]
    bodies = deployment.bodies_of(*facts)
    ga4.forget()
    with deployment.instance(ga4.url) as webhook:
        before = webhook.post(body_of("purchase", "BEFORE")).status_code
        limit(webhook, _FULL_BYTES)
        full = [webhook.post(body) for body in bodies]
        limit(webhook, resource.RLIM_INFINITY)
        after = [webhook.post(body).status_code for body in bodies]

    assert (before, after) == (200, [200, 200])
    assert [answer.status_code for answer in full] == [503, 503]
    assert all("STORE" in answer.json()["reason"] for answer in full)
    for fact in facts:
        entry = deployment.entry(*fact)
        assert (entry and entry.state, counted(ga4, *fact)) == (State.DELIVERED, 1)

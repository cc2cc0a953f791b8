"""More than a process can take on, while GA4 is slow: it is shed before memory suffers."""

from pathlib import Path

from shared.stores.sqlite.database import sqlite_stores
from tests.faults.deployment import Deployment, Senders
from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, Webhook

_DELIVERIES = 250
_BODY_BYTES = 900_000
_HELD_MIB = 32
# What is held is there as bytes, and for a moment as what it was read into.
_MAY_GROW_MIB = 3 * _HELD_MIB


def peak_mib(webhook: Webhook) -> int:
    """Return the most memory that the process and its workers ever held, together."""
    peaks = []
    for pid in webhook.pids:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        peaks.append(int(status.partition("VmHWM:")[2].split()[0]))
    return sum(peaks) // 1024


def test_more_than_fits_is_shed_and_memory_is_bounded(ga4: GA4, tmp_path: Path) -> None:
    """Of 225 MB at once what fits is delivered, the rest is asked to come back, and comes back."""
    store = str(tmp_path / "store.sqlite")
    deployment = Deployment(tmp_path, {"STORE": f"sqlite:{store}"}, lambda: sqlite_stores(store))
    ga4.forget()
    padding = "x" * _BODY_BYTES
    bodies = [
        stripe.paid(f"MANY-{n}", metadata={"order_id": f"MANY-{n}", "note": padding})
        for n in range(_DELIVERIES)
    ]
    with deployment.instance(ga4.url) as webhook:
        webhook.post(stripe.paid("FIRST"))
        before = peak_mib(webhook)
        ga4.misbehave(delay_ms=1500)
        senders = Senders(webhook.url)
        senders.post(bodies, meanwhile=lambda: None)
        grown = peak_mib(webhook) - before
        ga4.misbehave()
        shed = [
            body for body, status in zip(bodies, senders.statuses, strict=True) if status == 503
        ]
        again = {webhook.post(body).status_code for body in shed[:20]}

    assert set(senders.statuses) == {200, 503}
    assert again == {200}
    assert len(ga4.events) == _DELIVERIES - len(shed) + 1 + len(shed[:20])
    assert grown < _MAY_GROW_MIB, f"{grown} MiB more than {before}"

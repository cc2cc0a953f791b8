"""The messages' books differ as soon as one event does."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tools.demo.message_plan import MessagePlan, plan_messages
from tools.demo.messages import MessageAudit, audit_messages

Json = dict[str, Any]
PLAN = plan_messages(1, datetime(2026, 11, 25, tzinfo=UTC))
SOURCE = {"purchase": "subscription_renewal", "purchase_enriched": "data_enrichment"}


def arrived(plan: MessagePlan) -> list[Json]:
    """Return what GA4 has when all is well."""
    return [
        {
            "name": name,
            "params": {
                "transaction_id" if name in SOURCE else "sheet": about,
                "mp_source": SOURCE.get(name, "offline_event"),
                **params,
            },
        }
        for (name, about), params in plan.expected.items()
    ]


def audited(events: list[Json], *, laid_aside: int = 3) -> MessageAudit:
    """Return what the audit says of these events."""
    requests = [{"body": {"client_id": "1.2", "events": [event]}} for event in events]
    collected = json.dumps(requests, default=float).encode()
    return audit_messages(PLAN, collected, way="somehow", laid_aside=laid_aside)


def test_all_that_was_published_is_there_once() -> None:
    """The books balance."""
    assert audited(arrived(PLAN)).differences == ()


def test_what_is_lost_is_named() -> None:
    """One event less."""
    first, *rest = arrived(PLAN)

    assert audited(rest).differences == (
        f"purchase {first['params']['transaction_id']}: GA4 has 0 and not one",
    )


def test_what_is_doubled_is_named() -> None:
    """One event twice."""
    events = arrived(PLAN)

    assert audited([*events, events[-1]]).differences == (
        f"kiosk_visit {events[-1]['params']['sheet']}: GA4 has 2 and not one",
    )


@pytest.mark.parametrize(("param", "wrong"), [("value", 1), ("renewal_number", None)])
def test_what_is_wrong_is_named(param: str, wrong: object) -> None:
    """One parameter of one event."""
    events = arrived(PLAN)
    events[0]["params"] |= {param: wrong}

    (difference,) = audited(events).differences

    assert difference.startswith(f"purchase INV-0: {param} is {wrong} and not ")


def test_what_nobody_published_is_named() -> None:
    """An event of somebody else's."""
    stranger = {"name": "purchase", "params": {"transaction_id": "X", "mp_source": "offline_event"}}

    assert audited([*arrived(PLAN), stranger]).differences == (
        "purchase X: GA4 has it, and nobody published it",
    )


def test_poison_is_laid_aside() -> None:
    """Every such message, and nothing else."""
    assert audited(arrived(PLAN), laid_aside=2).differences == (
        "2 messages were dead-lettered and not 3",
    )

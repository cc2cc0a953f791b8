"""What we aim at, held against what was measured in the same run."""

from collections.abc import Mapping
from typing import Any, Final

_PUSHED: Final = ("subscription_renewal", "data_enrichment", "offline_event", "context_capture")


def goals(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every goal: its name, what was measured, the bound, and whether it is reached.

    Args:
        found: What `benchmarks.report.summary` made, and `validation`.
    """
    ratios = {row["in_flight"]: row for row in found["ratios"]}
    starts = {row["server"]: row["ratio"] for row in found["cold_start"]}
    peak = max(row["peak_mib"] for row in found["throughput"] if row["server"] == "ours")
    return [
        _goal("ours / taught, 1 in flight", ratios[1]["ours_to_taught"], least=2),
        _goal("ours / taught, 32 in flight", ratios[32]["ours_to_taught"], least=3),
        _goal(
            "ours / floor with ledger, 32 in flight",
            ratios[32]["ours_to_floor_with_ledger"],
            least=0.4,
        ),
        _goal("p99 ours / taught, 32 in flight", ratios[32]["p99_ours_to_taught"], most=0.5),
        _goal("cold start payment_webhook / empty", starts["ours"], most=1.7),
        _goal("the same with Secret Manager", starts["ours, Secret Manager"], most=2.3),
        *(_goal(f"cold start {name} / empty", starts[name], most=1.5) for name in _PUSHED),
        _goal("peak memory of payment_webhook, MiB", peak, most=100),
        _goal("validations a second", found["validation"]["median"], least=30_000),
    ]


def _goal(
    name: str, measured: float, *, least: float | None = None, most: float | None = None
) -> dict[str, Any]:
    low = least is not None
    goal = least if least is not None else most
    assert goal is not None  # noqa: S101 - every goal above has a bound
    return {
        "name": name,
        "measured": measured,
        "bound": "least" if low else "most",
        "goal": goal,
        "reached": measured >= goal if low else measured <= goal,
    }

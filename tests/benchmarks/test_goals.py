"""The goals of a benchmark's report."""

from typing import Any

from benchmarks.goals import goals

PUSHED = ("subscription_renewal", "data_enrichment", "offline_event", "context_capture")


def found(**different: float) -> dict[str, Any]:
    """Return a report in which everything is exactly at its goal, but for what is different."""
    at = {
        "taught_1": 2.0,
        "taught_32": 3.0,
        "ledger_32": 0.4,
        "p99_32": 0.5,
        "start": 1.7,
        "managed": 2.3,
        "pushed": 1.5,
        "peak": 100.0,
        "validations": 30_000,
        **different,
    }
    ratio = {"ours_to_floor_with_ledger": at["ledger_32"], "p99_ours_to_taught": at["p99_32"]}
    starts = {
        "ours": at["start"],
        "ours, Secret Manager": at["managed"],
        **dict.fromkeys(PUSHED, at["pushed"]),
    }
    return {
        "throughput": [
            {"server": "ours", "peak_mib": at["peak"]},
            {"server": "taught", "peak_mib": 500.0},
        ],
        "ratios": [
            {"in_flight": 1, "ours_to_taught": at["taught_1"], **ratio},
            {"in_flight": 32, "ours_to_taught": at["taught_32"], **ratio},
        ],
        "cold_start": [{"server": name, "ratio": value} for name, value in starts.items()],
        "validation": {"median": at["validations"]},
    }


def missed(report: dict[str, Any]) -> list[str]:
    """Return the names of the goals that a report does not reach."""
    return [goal["name"] for goal in goals(report) if not goal["reached"]]


def test_what_is_exactly_at_its_goal_reaches_it() -> None:
    """Every goal, of throughput, starts, memory and validation."""
    assert missed(found()) == []
    assert len(goals(found())) == 12


def test_each_goal_is_missed_by_its_own_number_alone() -> None:
    """Too little where more is better, too much where less is."""
    worse = {
        "taught_1": (1.9, ["ours / taught, 1 in flight"]),
        "taught_32": (2.9, ["ours / taught, 32 in flight"]),
        "ledger_32": (0.39, ["ours / floor with ledger, 32 in flight"]),
        "p99_32": (0.51, ["p99 ours / taught, 32 in flight"]),
        "start": (1.71, ["cold start payment_webhook / empty"]),
        "managed": (2.31, ["the same with Secret Manager"]),
        "pushed": (1.51, [f"cold start {name} / empty" for name in PUSHED]),
        "peak": (100.1, ["peak memory of payment_webhook, MiB"]),
        "validations": (29_999, ["validations a second"]),
    }
    for name, (value, expected) in worse.items():
        assert missed(found(**{name: value})) == expected

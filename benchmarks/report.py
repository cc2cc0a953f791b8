"""Medians over rounds, ratios between servers, and the table that shows them."""

import platform
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from benchmarks.cold_start import Start
from benchmarks.cores import PINNED
from benchmarks.load import Round

_SMALL: Final = 10
_COLUMNS: Final = (
    ("per_second", "requests/s", ".0f"),
    ("p50_ms", "p50 ms", ".2f"),
    ("p99_ms", "p99 ms", ".2f"),
    ("cpu_ms", "CPU ms/request", ".2f"),
    ("peak_mib", "peak MiB", ".0f"),
    ("client_load", "client core", ".0%"),
)


def summary(
    rounds: Mapping[tuple[str, int], Sequence[Round]],
    peaks: Mapping[str, float],
    starts: Mapping[str, Sequence[Start]],
    others_busy: float,
) -> dict[str, Any]:
    """Everything that was found, as JSON."""
    servers = [
        {
            "server": name,
            "in_flight": in_flight,
            "per_second": median(r.per_second for r in found),
            "per_second_range": [
                min(r.per_second for r in found),
                max(r.per_second for r in found),
            ],
            "p50_ms": median(r.percentile(0.5) for r in found),
            "p99_ms": median(r.percentile(0.99) for r in found),
            "cpu_ms": median(r.cpu_ms for r in found),
            "peak_mib": peaks[name],
            "client_load": median(r.client_load for r in found),
        }
        for (name, in_flight), found in rounds.items()
    ]
    return {
        "machine": {
            "python": platform.python_version(),
            "pinned": PINNED,
            "others_busy": others_busy,
        },
        "throughput": servers,
        "ratios": [
            {
                "in_flight": in_flight,
                # Of each round by itself: what slows the machine slows all servers of a round.
                "ours_to_taught": _ratio(rounds, "ours", "taught", in_flight),
                "ours_to_floor_with_ledger": _ratio(rounds, "ours", "floor with ledger", in_flight),
                "ours_to_floor": _ratio(rounds, "ours", "floor", in_flight),
                "stack_to_taught": _ratio(rounds, "stack", "taught", in_flight),
                "stack_to_floor_with_ledger": _ratio(
                    rounds, "stack", "floor with ledger", in_flight
                ),
                # What other load on the machine changes least.
                "cpu_ours_to_taught": _ratio(rounds, "ours", "taught", in_flight, _cpu),
                "cpu_ours_to_floor_with_ledger": _ratio(
                    rounds, "ours", "floor with ledger", in_flight, _cpu
                ),
                "p99_ours_to_taught": _ratio(rounds, "ours", "taught", in_flight, _p99),
            }
            for in_flight in sorted({key[1] for key in rounds})
        ],
        "cold_start": [
            {
                "server": name,
                "seconds": median(start.seconds for start in found),
                "ratio": median(
                    start.seconds / empty.seconds
                    for start, empty in zip(found, starts["empty"], strict=True)
                ),
                "cpu_seconds": median(start.cpu_seconds for start in found),
                "cpu_ratio": median(
                    start.cpu_seconds / empty.cpu_seconds
                    for start, empty in zip(found, starts["empty"], strict=True)
                ),
            }
            for name, found in starts.items()
        ],
    }


def _per_second(found: Round) -> float:
    return found.per_second


def _p99(found: Round) -> float:
    return found.percentile(0.99)


def _cpu(found: Round) -> float:
    return found.cpu_ms


def _ratio(
    rounds: Mapping[tuple[str, int], Sequence[Round]],
    one: str,
    other: str,
    in_flight: int,
    of: Callable[[Round], float] = _per_second,
) -> float:
    pairs = zip(rounds[one, in_flight], rounds[other, in_flight], strict=True)
    return median(of(a) / of(b) for a, b in pairs)


def _short(number: float) -> str:
    return f"{number:.2f}" if number < _SMALL else f"{number:,.0f}"


def as_table(found: Mapping[str, Any]) -> str:
    """The summary for people."""
    heads = " ".join(f"{head:>15}" for _, head, _ in _COLUMNS)
    lines = [f"{'in flight':<10} {'server':<18} {heads}"]
    for row in found["throughput"]:
        cells = " ".join(f"{row[key]:>15{form}}" for key, _, form in _COLUMNS)
        lines.append(f"{row['in_flight']:<10} {row['server']:<18} {cells}")
    lines.append("")
    lines += [
        f"{row['in_flight']} in flight: ours / taught {row['ours_to_taught']:.2f}, "
        f"ours / floor with ledger {row['ours_to_floor_with_ledger']:.2f}, "
        f"ours / floor {row['ours_to_floor']:.2f}, "
        f"p99 ours / taught {row['p99_ours_to_taught']:.2f}, "
        f"CPU ours / taught {row['cpu_ours_to_taught']:.2f}, "
        f"stack / taught {row['stack_to_taught']:.2f}, "
        f"stack / floor with ledger {row['stack_to_floor_with_ledger']:.2f}"
        for row in found["ratios"]
    ]
    lines += ["", f"{'cold start':<22} {'seconds':>8} {'ratio':>6} {'CPU s':>6} {'ratio':>6}"]
    lines += [
        f"{row['server']:<22} {row['seconds']:>8.2f} {row['ratio']:>6.2f} "
        f"{row['cpu_seconds']:>6.2f} {row['cpu_ratio']:>6.2f}"
        for row in found["cold_start"]
    ]
    rules = found["validation"]
    lines += ["", f"{rules['name']}: {rules['median']:,} {rules['unit']}"]
    lines += ["", f"{'goal':<44} {'measured':>9}  {'aim':<16} reached"]
    for goal in found["goals"]:
        aim = f"at {goal['bound']} {goal['goal']:,}"
        reached = "yes" if goal["reached"] else "no"
        lines.append(f"{goal['name']:<44} {_short(goal['measured']):>9}  {aim:<16} {reached}")
    machine = found["machine"]
    pinned = "servers on one core, client and GA4 on another" if machine["pinned"] else "not pinned"
    lines += ["", f"Medians of interleaved rounds, Python {machine['python']}, {pinned}."]
    lines += [f"Meanwhile other processes kept {machine['others_busy']:.0%} of the cores busy."]
    return "\n".join(lines)

"""Medians over rounds, ratios between servers, and the table that shows them."""

import platform
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

from benchmarks.cores import PINNED
from benchmarks.load import Round

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
    starts: Mapping[str, Sequence[float]],
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
        "machine": {"python": platform.python_version(), "pinned": PINNED},
        "throughput": servers,
        "ratios": [
            {
                "in_flight": in_flight,
                # Of each round by itself: what slows the machine slows all servers of a round.
                "ours_to_taught": _ratio(rounds, "ours", "taught", in_flight),
                "ours_to_floor": _ratio(rounds, "ours", "floor", in_flight),
            }
            for in_flight in sorted({key[1] for key in rounds})
        ],
        "cold_start": [
            {
                "server": name,
                "seconds": median(times),
                "ratio": median(t / e for t, e in zip(times, starts["empty"], strict=True)),
            }
            for name, times in starts.items()
        ],
    }


def _ratio(
    rounds: Mapping[tuple[str, int], Sequence[Round]], one: str, other: str, in_flight: int
) -> float:
    pairs = zip(rounds[one, in_flight], rounds[other, in_flight], strict=True)
    return median(a.per_second / b.per_second for a, b in pairs)


def as_table(found: Mapping[str, Any]) -> str:
    """The summary for people."""
    heads = " ".join(f"{head:>15}" for _, head, _ in _COLUMNS)
    lines = [f"{'in flight':<10} {'server':<10} {heads}"]
    for row in found["throughput"]:
        cells = " ".join(f"{row[key]:>15{form}}" for key, _, form in _COLUMNS)
        lines.append(f"{row['in_flight']:<10} {row['server']:<10} {cells}")
    lines.append("")
    lines += [
        f"{row['in_flight']} in flight: ours / taught {row['ours_to_taught']:.2f}, "
        f"ours / floor {row['ours_to_floor']:.2f}"
        for row in found["ratios"]
    ]
    lines += ["", f"{'cold start':<22} {'seconds':>8} {'ratio':>6}"]
    lines += [
        f"{row['server']:<22} {row['seconds']:>8.2f} {row['ratio']:>6.2f}"
        for row in found["cold_start"]
    ]
    rules = found["validation"]
    lines += ["", f"{rules['name']}: {rules['median']:,} {rules['unit']}"]
    machine = found["machine"]
    pinned = "servers on one core, client and GA4 on another" if machine["pinned"] else "not pinned"
    lines += ["", f"Medians of interleaved rounds, Python {machine['python']}, {pinned}."]
    return "\n".join(lines)

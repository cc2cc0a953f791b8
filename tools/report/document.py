"""The report as JSON, for machines: money as text, to the last digit."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.report.amounts import plain
from tools.report.comparisons import Comparison
from tools.report.figures import Amount, Figures, Flow
from tools.report.problems import Problem


def document(
    figures: Figures, comparisons: Sequence[Comparison], found: Sequence[Problem]
) -> dict[str, Any]:
    """Return the report as JSON's types.

    Args:
        figures: What the ledger says.
        comparisons: What others say.
        found: What needs fixing.
    """
    return {
        "from": figures.days.first.isoformat(),
        "to": figures.days.end.isoformat(),
        "time_zone": "UTC",
        "made_at": figures.now.isoformat(),
        "measurement_ids": dict(sorted(figures.streams.items())),
        "events": figures.events,
        "sent": figures.sent,
        "states": _sorted(figures.states),
        "attribution": _sorted(figures.attribution),
        "consent": _sorted(figures.consent),
        "late": {"events": figures.late, "longest_hours": figures.most_late},
        "attempts": {
            "events_begun_again": figures.claimed_again,
            "further_attempts": figures.further_claims,
            "unfinished": figures.stuck,
        },
        "money": [
            {"currency": currency, **_flow(total, currency)}
            for currency, total in figures.money.items()
        ],
        "not_in_money": [
            {"currency": currency, "state": state, "event_name": name, **_amount(held, currency)}
            for (currency, state, name), held in sorted(figures.held.items())
        ],
        "refunds_failed_after_sending": [
            {"currency": currency, **_amount(taken, currency)}
            for currency, taken in sorted(figures.taken_back.items())
        ],
        "without_amount": figures.without_amount,
        "other_values": [
            {"event_name": name, "currency": currency, **_amount(value, currency)}
            for (name, currency), value in sorted(figures.other_values.items())
        ],
        "names": {name: _sorted(counts) for name, counts in sorted(figures.names.items())},
        "days": [
            {
                "day": date.isoformat(),
                "sent": day.sent,
                "late": day.late,
                "states": _sorted(day.states),
                "attribution": _sorted(day.attribution),
                "consent": _sorted(day.consent),
                "money": [
                    {"currency": currency, **_flow(flow, currency)}
                    for currency, flow in sorted(day.money.items())
                ],
            }
            for date, day in figures.dated()
        ],
        "reasons": [
            {
                "state": each.state,
                "reason": each.text,
                "events": each.events,
                "kind": each.fix.kind,
                "examples": each.examples,
            }
            for each in figures.reasons
        ],
        "fixes": [
            {
                "kind": each.fix.kind,
                "title": each.fix.title,
                "fix": each.fix.fix,
                "is_problem": each.fix.is_problem,
                "events": each.events,
                "examples": each.examples,
            }
            for each in found
        ],
        "reconciliations": [_comparison(each) for each in comparisons],
    }


def _flow(flow: Flow, currency: str) -> dict[str, Any]:
    return {
        "purchases": plain(flow.purchases.value, currency),
        "refunds": plain(flow.refunds.value, currency),
        "net": plain(flow.net, currency),
        "purchase_events": flow.purchases.events,
        "refund_events": flow.refunds.events,
    }


def _amount(found: Amount, currency: str) -> dict[str, Any]:
    return {"events": found.events, "value": plain(found.value, currency)}


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "against": found.against,
        "from": found.start,
        "to": found.end,
        "events": found.events,
        "counts": found.counts,
        "wrong": found.wrong,
        "missing_money": {
            currency: plain(value, currency) for currency, value in found.missing_money.items()
        },
    }


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))

"""What is said at the end of the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rich.table import Table

from tools.demo.audit import Account, Audit
from tools.demo.messages import MessageAudit
from tools.demo.sender import Tally
from tools.terminal import Terminal

_SHOWN_PROBLEMS: Final = 20


@dataclass(frozen=True)
class Report:
    """A day's result.

    Attributes:
        seed: Which day it was.
        deliveries: How many webhooks it had, retries not counted.
        seconds: How long it took, the start of the stack included.
        tally: What the sender saw.
        audit: What the comparison of the books found.
        attribution: How many of the ledger's events are tied to their user, and how well.
        messages: What the comparison of the messages found, where they were played.
        streams: What the comparison of each stream's own books found, by its name.
        providers: What the comparison of each provider's own books found, by its name.
    """

    seed: int
    deliveries: int
    seconds: float
    tally: Tally
    audit: Audit
    attribution: Mapping[str, int]
    messages: MessageAudit | None = None
    streams: Mapping[str, Audit] = field(default_factory=dict)
    providers: Mapping[str, Audit] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not as it should be."""
        of_messages = self.messages.differences if self.messages else ()
        parts = (*self.providers.items(), *self.streams.items())
        of_parts = (f"{name}: {line}" for name, audit in parts for line in audit.differences)
        return (*self.audit.differences, *self.tally.problems, *of_messages, *of_parts)

    @property
    def balances(self) -> bool:
        """Whether the day went as it should."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report for machines; money is in decimal strings."""
        audit = self.audit
        return {
            "balanced": self.balances,
            "problems": list(self.problems),
            "seed": self.seed,
            "deliveries": self.deliveries,
            "attempts": self.tally.attempts,
            "seconds": round(self.seconds, 1),
            "money": _money(audit.purchases),
            "renewed": _money(audit.renewals),
            "refunded": _money(audit.refunds),
            "purchases": _counts(audit.purchases),
            "renewals": _counts(audit.renewals),
            "refunds": _counts(audit.refunds),
            "orphans": {"shop": audit.unknown_visits, "ga4": audit.orphans},
            "impostors": {"sent": self.tally.impostors, "refused": self.tally.refused},
            "overtaking": {"sent": self.tally.early, "waited": self.tally.waited},
            "answers": dict(sorted(self.tally.answers.items())),
            "outcomes": dict(sorted(self.tally.outcomes.items())),
            "attribution": dict(self.attribution),
            "verdicts": dict(sorted(audit.verdicts.items())),
            "requests": audit.requests,
            "messages": self.messages.as_json() if self.messages else None,
            "streams": {name: _part(audit) for name, audit in self.streams.items()},
            "providers": {
                name: {
                    **_part(audit),
                    "renewals": _counts(audit.renewals),
                    "denied": {"shop": audit.denied, "ga4": audit.denied_at_ga4},
                    "balanced": not audit.differences,
                }
                for name, audit in self.providers.items()
            },
        }

    def show(self, console: Terminal) -> None:
        """The report for people."""
        tally = self.tally
        console.print(books_table(self.audit))
        if self.providers:
            console.print(providers_table(self.providers))
        for name, line in (
            ("deliveries", f"{self.deliveries}, in {tally.attempts} requests"),
            ("answers", _counted(tally.answers)),
            ("outcomes", _counted(tally.outcomes)),
            ("attribution", _shares(self.attribution)),
            ("impostors", f"{tally.impostors} forged or stale, {tally.refused} refused"),
            ("overtaking", f"{tally.early} before their purchase, {tally.waited} waited for it"),
            ("at GA4", _at_ga4(self.audit)),
            ("streams", ", ".join(map(_stream, self.streams, self.streams.values()))),
            *([("messages", self.messages.line())] if self.messages else ()),
        ):
            console.print(f"{name:<12}{line}", soft_wrap=True)
        if self.balances:
            console.print(f"books balance, after {self.seconds:.1f} s", style="green")
            return
        console.print(f"books differ, after {self.seconds:.1f} s:", style="red")
        for problem in self.problems[:_SHOWN_PROBLEMS]:
            console.one_line(f"  {problem}")
        if (more := len(self.problems) - _SHOWN_PROBLEMS) > 0:
            console.print(f"  and {more} more")


def _money(account: Account) -> dict[str, dict[str, str]]:
    return {
        currency: {"shop": str(balance.shop), "ga4": str(balance.ga4), "sent": str(balance.raw)}
        for currency, balance in account.balances.items()
    }


def _part(audit: Audit) -> dict[str, Any]:
    return {
        "money": _money(audit.purchases),
        "refunded": _money(audit.refunds),
        "purchases": _counts(audit.purchases),
        "refunds": _counts(audit.refunds),
    }


def _counts(account: Account) -> dict[str, int]:
    return {"shop": account.shop, "ga4": account.ga4, "copies": account.copies}


def _stream(name: str, audit: Audit) -> str:
    purchases, refunds = audit.purchases.ga4, audit.refunds.ga4
    says = "differ" if audit.differences else "balance"
    return f"{name}: {purchases} purchases, {refunds} refunds, books {says}"


def _at_ga4(audit: Audit) -> str:
    sent = sum(audit.verdicts.values())
    more = f", {sent} events in {audit.requests} requests" if audit.requests < sent else ""
    return f"verdict {_counted(audit.verdicts)}{more}"


def _shares(counts: Mapping[str, int]) -> str:
    whole = sum(counts.values())
    shares = (f"{name}: {count} ({count / whole:.0%})" for name, count in counts.items())
    return ", ".join(shares) or "none"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or "none"


def books_table(audit: Audit) -> Table:
    """Purchases, the renewals among them, and refunds: money by currency, and counts."""
    table = Table(title="The shop's books and GA4's")
    table.add_column("")
    for heading in ("shop", "GA4", "GA4, with duplicates"):
        table.add_column(heading, justify="right")
    _add_account(table, "purchases", audit.purchases)
    _add_account(table, "of these, renewals", audit.renewals)
    _add_account(table, "refunds", audit.refunds)
    table.add_section()
    table.add_row("without a known browser", str(audit.unknown_visits), str(audit.orphans), "")
    return table


def providers_table(audits: Mapping[str, Audit]) -> Table:
    """The same books by provider; GA4 must have nothing of buyers who denied consent."""
    table = Table(title="By provider")
    table.add_column("")
    for heading in ("purchases", "GA4", "refunds", "GA4"):
        table.add_column(heading, justify="right")
    for name, audit in audits.items():
        paid, back, renewed = audit.purchases, audit.refunds, audit.renewals
        counts = (str(count) for each in (paid, back) for count in (each.shop, each.ga4))
        table.add_section()
        table.add_row(name, *counts, style=_style(balanced=not audit.differences))
        for currency in sorted({*paid.balances, *back.balances}):
            table.add_row(f"  {currency}", *_pair(paid, currency), *_pair(back, currency))
        table.add_row("  of these, renewals", str(renewed.shop), str(renewed.ga4))
        if audit.denied:
            table.add_row("  and denied consent", str(audit.denied), str(audit.denied_at_ga4))
    return table


def _pair(account: Account, currency: str) -> tuple[str, str]:
    balance = account.balances.get(currency)
    return ("", "") if balance is None else (f"{balance.shop:,}", f"{balance.ga4:,}")


def _add_account(table: Table, name: str, account: Account) -> None:
    table.add_section()
    counts = (str(account.shop), str(account.ga4), str(account.sent))
    table.add_row(name, *counts, style=_style(balanced=account.shop == account.ga4))
    for currency, balance in account.balances.items():
        money = (balance.shop, balance.ga4, balance.raw)
        style = _style(balanced=balance.shop == balance.ga4)
        table.add_row(f"  {currency}", *(f"{amount:,}" for amount in money), style=style)


def _style(*, balanced: bool) -> str | None:
    return None if balanced else "red"

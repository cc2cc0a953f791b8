"""What is said at the end of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tools.demo.audit import Audit
from tools.demo.sender import Tally

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
    """

    seed: int
    deliveries: int
    seconds: float
    tally: Tally
    audit: Audit

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not as it should be."""
        return (*self.audit.differences, *self.tally.problems)

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
            "money": {
                currency: {
                    "shop": str(balance.shop),
                    "ga4": str(balance.ga4),
                    "sent": str(balance.raw),
                }
                for currency, balance in audit.balances.items()
            },
            "purchases": {
                "shop": audit.orders,
                "ga4": audit.purchases,
                "copies": audit.copies,
            },
            "orphans": {"shop": audit.unknown_visits, "ga4": audit.orphans},
            "impostors": {"sent": self.tally.impostors, "refused": self.tally.refused},
            "answers": dict(sorted(self.tally.answers.items())),
            "outcomes": dict(sorted(self.tally.outcomes.items())),
            "verdicts": dict(sorted(audit.verdicts.items())),
        }

    def show(self, console: Console) -> None:
        """The report for people."""
        tally = self.tally
        console.print(_books(self.audit))
        for name, line in (
            ("deliveries", f"{self.deliveries}, in {tally.attempts} requests"),
            ("answers", _counted(tally.answers)),
            ("outcomes", _counted(tally.outcomes)),
            ("impostors", f"{tally.impostors} forged or stale, {tally.refused} refused"),
            ("at GA4", f"verdict {_counted(self.audit.verdicts)}"),
        ):
            console.print(f"{name:<12}{line}", soft_wrap=True)
        if self.balances:
            console.print(f"[green]books balance[/], after {self.seconds:.1f} s")
            return
        console.print(f"[red]books differ[/], after {self.seconds:.1f} s:")
        for problem in self.problems[:_SHOWN_PROBLEMS]:
            console.print(f"  {problem}", markup=False, soft_wrap=True)
        if (more := len(self.problems) - _SHOWN_PROBLEMS) > 0:
            console.print(f"  and {more} more")


def _books(audit: Audit) -> Table:
    table = Table(title="The shop's books and GA4's")
    table.add_column("")
    for heading in ("shop", "GA4", "GA4, copies and all"):
        table.add_column(heading, justify="right")
    for currency, balance in audit.balances.items():
        money = (balance.shop, balance.ga4, balance.raw)
        style = None if balance.shop == balance.ga4 else "red"
        table.add_row(currency, *(f"{amount:,}" for amount in money), style=style)
    sent = audit.purchases + audit.copies
    table.add_section()
    table.add_row("purchases", str(audit.orders), str(audit.purchases), str(sent))
    table.add_row("without a known browser", str(audit.unknown_visits), str(audit.orphans), "")
    return table


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items())) or "none"

"""Both books side by side, for people."""

from rich.table import Table

from tools.demo.audit import Audit
from tools.demo.balance import Account


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

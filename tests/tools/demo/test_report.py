"""The report says what there is to say, to people and to machines."""

import io
import re
from collections import Counter
from decimal import Decimal

import pytest

from tools.changed import replace
from tools.demo.audit import Account, Audit, Balance
from tools.demo.live import live
from tools.demo.report import Report
from tools.demo.sender import Tally
from tools.terminal import Terminal


def account(shop: str, ga4: Decimal, raw: str, *, sent: int) -> Account:
    """Three of a kind."""
    balance = Balance(Decimal(shop), ga4, Decimal(raw))
    return Account({"EUR": balance}, shop=3, ga4=3, sent=sent, copies=sent - 3)


def report(*differences: str, problems: tuple[str, ...] = ()) -> Report:
    """A report of a day with such differences."""
    ga4 = Decimal("7.00") if differences else Decimal("7.50")
    return Report(
        seed=1,
        deliveries=3,
        seconds=1.234,
        tally=Tally(
            finished=3,
            attempts=4,
            answers=Counter({"503": 1, "200": 3}),
            outcomes=Counter({"delivered": 3}),
            early=2,
            waited=1,
            problems=list(problems),
        ),
        audit=Audit(
            purchases=account("7.50", ga4, "15.00", sent=4),
            renewals=Account({}, shop=0, ga4=0, sent=0, copies=0),
            refunds=account("1.10", Decimal("1.10"), "1.10", sent=3),
            orphans=0,
            unknown_visits=0,
            denied=0,
            denied_at_ga4=0,
            verdicts={"ok": 4},
            differences=differences,
            requests=4,
        ),
        attribution={"client": 1, "session": 3},
    )


def shown(what: Report, *, terminal: bool = False) -> str:
    """What people see."""
    console = Terminal(file=io.StringIO(), width=100, highlight=False, force_terminal=terminal)
    what.show(console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_good_day() -> None:
    """Sums, counts, and the verdict; refunds beside purchases."""
    text = shown(report())
    found = report().as_json()

    assert "7.50" in text
    assert "1.10" in text
    assert "2 before their purchase, 1 waited for it" in text
    assert "200: 3, 503: 1" in text
    assert "client: 1 (25%), session: 3 (75%)" in text
    assert found["attribution"] == {"client": 1, "session": 3}
    assert "books balance, after 1.2 s" in text
    assert found["money"] == {"EUR": {"shop": "7.50", "ga4": "7.50", "sent": "15.00"}}
    assert found["refunded"] == {"EUR": {"shop": "1.10", "ga4": "1.10", "sent": "1.10"}}
    assert found["renewed"] == {}
    assert found["purchases"] == {"shop": 3, "ga4": 3, "copies": 1}
    assert found["refunds"] == {"shop": 3, "ga4": 3, "copies": 0}
    assert found["overtaking"] == {"sent": 2, "waited": 1}


def test_a_bad_day() -> None:
    """Whatever differs is listed, text in brackets included, and the verdict says so."""
    bad = report("T-[1]: GA4 has no such purchase", problems=("forged evt_1: answered 200",))
    text = shown(bad)

    assert not bad.balances
    assert "books differ" in text
    assert "T-[1]: GA4 has no such purchase" in text
    assert "forged evt_1: answered 200" in text
    assert bad.as_json()["problems"] == list(bad.problems)


def test_each_provider_is_shown() -> None:
    """Its money, its refunds, its renewals, and what its buyers denied."""
    whole = report()
    denied = replace(report("T-1: GA4 has it").audit, denied=2, denied_at_ga4=1)
    found = replace(whole, providers={"paypal": whole.audit, "mollie": denied})
    text, machine = shown(found), found.as_json()

    assert re.search(r"paypal +│ +3 │ +3 │ +3 │ +3 │", text)
    assert re.search(r"EUR +│ +7\.50 │ +7\.50 │ +1\.10 │ +1\.10 │", text)
    assert re.search(r"EUR +│ +7\.50 │ +7\.00 │", text)
    assert re.search(r"and denied consent +│ +2 │ +1 │", text)
    assert (machine["balanced"], machine["problems"]) == (False, ["mollie: T-1: GA4 has it"])
    assert machine["providers"]["paypal"]["money"] == whole.as_json()["money"]
    assert machine["providers"]["paypal"]["balanced"] is True
    assert machine["providers"]["mollie"]["denied"] == {"shop": 2, "ga4": 1}
    assert machine["providers"]["mollie"]["balanced"] is False


def test_many_differences_are_cut() -> None:
    """A thousand lines would hide the first, which usually tells all."""
    text = shown(report(*(f"T-{n}: GA4 has no such purchase" for n in range(25))))

    assert "T-19:" in text
    assert "T-20:" not in text
    assert "and 5 more" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_the_day_is_shown_while_it_goes_by(*, terminal: bool) -> None:
    """A bar on a terminal, a line now and then elsewhere."""
    file = io.StringIO()
    console = Terminal(file=file, width=120, force_terminal=terminal)
    tally = Tally(answers=Counter({"200": 1}))

    with live(console, 20) as watcher:
        watcher.phase("an ordinary morning")
        for finished in range(1, 21):
            tally.finished = finished
            watcher.progress(tally)

    lines = file.getvalue()
    assert "an ordinary morning" in lines
    assert "20/20" in lines
    if not terminal:
        assert lines.count("\n") == 12

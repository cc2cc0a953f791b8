"""Every reason that the code gives has words of advice: none is left to the default."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from shared.stores.entry import Entry, LedgerEvent, State
from tests.support.places import ROOT
from tools.explain.advice import advice_for

_STATES: Final = {
    "Ignored": State.IGNORED,
    "Link": State.IGNORED,
    "_ignored": State.IGNORED,
    "ignored_but_denials": State.IGNORED,
    "_link": State.IGNORED,
    "NoAmountError": State.WITHHELD,
    "Withheld": State.WITHHELD,
}


def entry(state: State, reason: str) -> Entry:
    """Return an entry that ended so."""
    now = datetime.now(UTC)
    return Entry(
        fact=LedgerEvent("G-1", "purchase", "a b"),
        state=state,
        reason=reason,
        attempt=1,
        sending=False,
        lease_until=None,
        created_at=now,
        updated_at=now,
        expires_at=now,
    )


@pytest.fixture(scope="module")
def reasons() -> list[tuple[State, str]]:
    """The reasons that stand in the code as texts: reading all of it takes a second."""
    return sorted(set(read_reasons()))


def read_reasons() -> Iterator[tuple[State, str]]:
    """Yield the reasons that stand in the code as texts."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "shared").rglob("*.py"))
    ]
    named = {
        node.target.id: node.value.value
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and " " in node.value.value
    }
    for tree in trees:
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            state = _STATES.get(call.func.id)
            if state is None:
                continue
            places = [k.value for k in call.keywords if k.arg == "reason"] or call.args[:2]
            for part in places:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield state, part.value
                elif isinstance(part, ast.Name) and part.id in named:
                    yield state, named[part.id]


def test_the_reasons_are_found(reasons: list[tuple[State, str]]) -> None:
    """So that the next test cannot pass by finding none."""
    texts = [reason for _, reason in reasons]

    assert len(texts) > 40
    assert {"test mode", "no client is known", "disputes are not sent", "zero amount"} <= set(texts)


def test_a_reason_has_advice(reasons: list[tuple[State, str]]) -> None:
    """Its own, and not what is said where nobody knows better."""
    unknown = advice_for(entry(State.IGNORED, "a reason that nobody gives"))

    advice = {each: advice_for(entry(*each)) for each in reasons}
    assert [each for each, words in advice.items() if words in (None, unknown)] == []


def test_a_command_in_the_advice_is_safe_to_paste() -> None:
    """An id may hold anything, a command of its own for example."""
    advice = advice_for(entry(State.WITHHELD, "no client is known"))

    assert advice is not None
    assert "connectors ledger replay 'a b' --without-context --send" in advice

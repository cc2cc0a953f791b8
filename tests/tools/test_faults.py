"""Faults are read strictly, so that a typing error cannot pass for a quiet day."""

import pytest

from tools.faults import Fault, FaultError, Misbehaviour, parse_fault


def test_no_fault_is_an_empty_object() -> None:
    """`{}` ends a fault."""
    assert parse_fault(b" {} ") is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"status": 503, "every": 5}', Fault(status=503, every=5)),
        (b'{"delay_ms": 8000, "every": 7}', Fault(delay_ms=8000, every=7)),
        (b'{"drop_after_read": true, "every": 9}', Fault(drop_after_read=True, every=9)),
    ],
)
def test_the_three_kinds(body: bytes, fault: Fault) -> None:
    """Each kind of the contract is understood."""
    assert parse_fault(body) == fault


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"status": "503"}', "status"),
        (b'{"status": true}', "status"),
        (b'{"status": 204}', "status"),
        (b'{"status": 503, "every": 0}', "every"),
        (b'{"status": 503, "every": 1.5}', "every"),
        (b'{"delay_ms": -1}', "delay_ms"),
        (b'{"drop_after_read": false}', "drop_after_read"),
        (b'{"drop_after_read": 1}', "drop_after_read"),
        (b'{"statsu": 503}', "statsu"),
        (b'{"every": 5}', "status, delay_ms, drop_after_read"),
        (b'{"status": 503, "delay_ms": 5}', "'status', 'delay_ms'"),
        (b"[]", "array"),
        (b"", "truncated"),
        (b"\xff", "malformed"),
        (b"[" * 1_000_000, "recursion|truncated"),
    ],
)
def test_anything_else_is_refused(body: bytes, named: str) -> None:
    """The refusal names the field."""
    with pytest.raises(FaultError, match=named):
        parse_fault(body)


def test_every_nth_is_counted_from_the_start() -> None:
    """With `every` 2 the second and the fourth request suffer."""
    misbehaviour = Misbehaviour(Fault(status=500, every=2))

    assert [misbehaviour.next() is not None for _ in range(4)] == [False, True, False, True]


def test_without_a_fault_nothing_happens() -> None:
    """A healthy collector never misbehaves."""
    assert Misbehaviour().next() is None

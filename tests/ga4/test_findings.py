"""The verdict over findings."""

import pytest

from shared.ga4.findings import Code, Finding, advice, error, verdict

_ERROR = error("events", Code.VALUE_INVALID, "wrong", "https://example.com")
_ADVICE = advice("events", Code.VALUE_INVALID, "not recommended", "https://example.com")


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param([], "ok", id="nothing to say"),
        pytest.param([_ADVICE], "advice", id="advice alone"),
        pytest.param([_ERROR], "error", id="an error alone"),
        pytest.param([_ADVICE, _ERROR, _ADVICE], "error", id="the worst decides"),
    ],
)
def test_verdict(findings: list[Finding], expected: str) -> None:
    """The verdict is the worst level among the findings."""
    assert expected == verdict(findings)


def test_words() -> None:
    """Levels and codes are the words that reports and Google use."""
    assert (_ERROR.level, _ADVICE.level, _ERROR.code) == ("error", "advice", "VALUE_INVALID")

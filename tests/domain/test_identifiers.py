"""Texts that stand where an id should be."""

import pytest

from shared.domain.identifiers import is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "null",
        "NULL",
        " undefined ",
        "None",
        "NaN",
        "(not set)",
        "n/a",
        "0",
        "0.0",
        "000000.000000",
        "-",
        "deleted",
        "guest",
        "client_id",
        "{{client_id}}",
        "{{ user.id }",
        "${clientId}",
        "<client id>",
        "%CLIENT_ID%",
        "[object Object]",
        "XXXXXXXXXX.YYYYYYYYYY",
    ],
)
def test_placeholder(text: str) -> None:
    """What languages, templates and examples print is no id."""
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["1", "123.456", "ORD-0", "nullable", "550e8400-e29b-41d4-a716-446655440000", "x.1"]
)
def test_id(text: str) -> None:
    """What somebody was given is an id, however short."""
    assert not is_placeholder(text)

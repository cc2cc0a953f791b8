"""Which texts are ids, and which only stand where an id should be.

Placeholders are left by templates, defaults and failed look-ups.

GA4 asks for an id that is never blank or a placeholder
(https://support.google.com/analytics/answer/9213390) but gives no list; this one is of what
languages, tag managers and shops are known to print when they have nothing to say.
"""

import re
from typing import Final

from shared.errors import UnusableError

_WORDS: Final = frozenset(
    {
        "",
        "(none)",
        "(not set)",
        "-",
        "-1",
        "0",
        "0.0",
        "anonymous",
        "deleted",
        "empty",
        "false",
        "guest",
        "n/a",
        "na",
        "nan",
        "nil",
        "none",
        "not set",
        "null",
        "placeholder",
        "true",
        "undefined",
        "unknown",
        # The names of the fields themselves, as examples and careless templates give them.
        "app_instance_id",
        "client_id",
        "clientid",
        "session_id",
        "transaction_id",
        "user_id",
        "userid",
    }
)
# Templates nobody filled in: {{id}}, ${id}, <id>, %id%, [object Object]; and the made-up id of
# Google's own examples.
_TEMPLATE: Final = re.compile(
    r"\{\{.*|\$\{.*|<[^>]*>|%[A-Za-z_]+%|\[object .*\]|x+\.y+|x+\.x+|0+\.0+", re.IGNORECASE
)


def is_placeholder(text: str) -> bool:
    """Return whether `text` is blank or stands for a value that was never filled in."""
    word = text.strip().lower()
    return word in _WORDS or _TEMPLATE.fullmatch(word) is not None


def order_id(given: str | None, path: str) -> str:
    """Return an order's id; GA4 would take all orders with the same placeholder for one.

    Args:
        given: What the sender calls it.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is missing, a placeholder or an e-mail address.
    """
    if given is None:
        raise UnusableError(path, "missing")
    if is_placeholder(given):
        raise UnusableError(path, "blank or a placeholder")
    if "@" in given:
        raise UnusableError(path, "looks like an e-mail address")
    return given

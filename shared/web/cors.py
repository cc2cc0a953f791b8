"""Which pages may read our answers: the few headers of CORS, for an exact list of origins.

https://fetch.spec.whatwg.org/#http-cors-protocol. No wildcard, no credentials: a page that is not
on the list learns nothing, not even who is.
"""

from collections.abc import Mapping
from typing import Final

from shared.errors import OriginError

# Chromium keeps a preflight for two hours at most.
_MAX_AGE_SECONDS: Final = 7200


def answer_headers(origin: str | None, allowed: frozenset[str]) -> Mapping[str, str]:
    """Return the headers of every answer, whatever it says.

    Args:
        origin: The request's `Origin`.
        allowed: Whose pages may read it.
    """
    varies = {"vary": "Origin"}
    if origin is None or origin not in allowed:
        return varies
    return {**varies, "access-control-allow-origin": origin}


def preflight_headers(origin: str, allowed: frozenset[str]) -> Mapping[str, str]:
    """Return the headers that let a page post, beside those of every answer.

    Args:
        origin: The request's `Origin`.
        allowed: Whose pages may post.

    Raises:
        OriginError: It is not among them.
    """
    if origin not in allowed:
        raise OriginError("origin: not among CAPTURE_ORIGINS")
    return {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": str(_MAX_AGE_SECONDS),
    }

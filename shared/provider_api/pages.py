"""The next page of a list: where the provider says it is, if that is where the first one was."""

import httpx

from shared.errors import UnavailableError


def next_page(asked: httpx.URL, text: str, name: str) -> httpx.URL:
    """Return the address of the next page.

    Args:
        asked: The address of this page.
        text: What the answer says of the next one.
        name: The provider, for the error.

    Raises:
        UnavailableError: It is on another host, of another list, or this page again: the key goes
            nowhere else, and no list goes round for ever.
    """
    try:
        found = asked.join(text)
    except httpx.InvalidURL:
        found = asked
    if _place(found) != _place(asked) or found == asked:
        raise UnavailableError(f"{name}'s API names a next page that is none of its list")
    return found


def _place(url: httpx.URL) -> tuple[str, str, int | None, str]:
    return url.scheme, url.host, url.port, url.path

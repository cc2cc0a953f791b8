"""Stripe's enumerations, which are open: a value of tomorrow is `other`."""


def known(text: str | None, values: frozenset[str]) -> str | None:
    """Return a value that Stripe documents, else `other`; None where there is none.

    What is sent on is one of a few words: never a text that somebody typed.

    Args:
        text: As Stripe sends it.
        values: Those it documents.
    """
    if not text:
        return None
    return text if text in values else "other"

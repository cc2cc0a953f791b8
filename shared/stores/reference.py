"""References as the stores keep them: hashed."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


def hashed(references: Iterable[str]) -> tuple[str, ...]:
    """Return what references are kept and looked up by, in their order.

    Hashes are names that any store can take, whatever an id holds, and a provider's ids never lie
    beside a browser's. A blank reference is left out: it would make one order of many.
    """
    return tuple([_hash(each) for each in dict.fromkeys(references) if each.strip()])


class Place(NamedTuple):
    """Where an order's reference is kept.

    All that is known under an id stands in one document, the context that a page captured as well
    as the orders: one of each scope, for two providers may use the same number.

    Attributes:
        key: Scope and name in one text.
        scope: Whose number it is, hashed.
        name: The document: the id itself, hashed.
    """

    key: str
    scope: str
    name: str


def scoped_reference(scope: str, reference: str) -> str:
    """Return a reference within a scope: a provider's, an account's, a kind of mark."""
    within, mark, own = reference.partition("\0")
    return f"{scope} {within}\0{own}" if mark else f"{scope}\0{reference}"


def places(references: Iterable[str]) -> tuple[Place, ...]:
    """Return where orders' references are kept, in their order; blank ones are left out.

    Args:
        references: Ids, each after its scope where it has one (`scoped_reference`).
    """
    found = []
    for reference in dict.fromkeys(references):
        scope, mark, own = reference.partition("\0")
        if not mark:
            scope, own = "", reference
        if own.strip():
            within, name = _hash(scope)[:16], _hash(own)
            found.append(Place(f"{within}/{name}", within, name))
    return tuple(dict.fromkeys(found))


def place_at(key: str) -> Place:
    """Return the place of a `key`."""
    scope, _, name = key.partition("/")
    return Place(key, scope, name)


@lru_cache(maxsize=1024)  # one event asks for each of its ids several times
def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

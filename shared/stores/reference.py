"""References as the stores keep them: hashed."""

import hashlib
from collections.abc import Iterable


def hashed(references: Iterable[str]) -> tuple[str, ...]:
    """Return what references are kept and looked up by, in their order.

    Hashes are names that any store can take, whatever an id holds, and a provider's ids never lie
    beside a browser's. A blank reference is left out: it would make one order of many.
    """
    distinct = dict.fromkeys(references)
    return tuple(hashlib.sha256(r.encode()).hexdigest() for r in distinct if r.strip())

"""What a PaymentIntent's client secret is remembered as.

A page holds the secret, and so does every event of the intent; nobody else does. Both sides keep a
digest of it: as a name it serves as well, and the secret stands in no store.
"""

import hashlib
import re
from typing import Final

_SECRET: Final = re.compile(r"(pi_[A-Za-z0-9]{14,64})_secret_([A-Za-z0-9]{16,64})", re.ASCII)


def random_part(text: str) -> str | None:
    """Return what only a client secret's holder knows of it; None where it is no client secret.

    Args:
        text: Any text.
    """
    found = _SECRET.fullmatch(text)
    return found and found[2]


def without_secret(text: str) -> str:
    """Return a reference as it is kept: of a client secret the intent's id and a digest.

    Args:
        text: Any reference.
    """
    found = _SECRET.fullmatch(text)
    if found is None:
        return text
    return f"{found[1]}_secret_sha256_{hashlib.sha256(text.encode()).hexdigest()}"

"""Where a secret is; never the secret itself."""

import re
from dataclasses import dataclass
from typing import Final

EXPECTED: Final = "projects/P/secrets/S, the same with /versions/V, or file:PATH"
_MANAGED: Final = re.compile(
    r"projects/[a-z0-9:.\-]+/secrets/[A-Za-z0-9_\-]+(?:/versions/(?:[0-9]+|[a-z][a-z0-9_\-]*))?"
)


class SecretReference:
    """Where a secret is: a `ManagedSecret` or a `SecretFile`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ManagedSecret(SecretReference):
    """A version of a secret in Secret Manager.

    Attributes:
        version: `projects/P/secrets/S/versions/V`.
    """

    version: str


@dataclass(frozen=True, slots=True)
class SecretFile(SecretReference):
    """A secret in a file: for local runs.

    Attributes:
        path: The file.
    """

    path: str


def read_reference(text: str) -> SecretReference | None:
    """Return what `text` refers to; None when it is no reference.

    A text that is no reference may well be a secret put in the wrong place, so nobody may show it.

    Args:
        text: `projects/P/secrets/S`, the same with `/versions/V`, or `file:PATH`.
    """
    if text.startswith("file:") and len(text) > len("file:"):
        return SecretFile(text.removeprefix("file:"))
    if not _MANAGED.fullmatch(text):
        return None
    return ManagedSecret(text if "/versions/" in text else f"{text}/versions/latest")

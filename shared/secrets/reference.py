"""Where a secret is; never the secret itself."""

from typing import Final

import msgspec

from shared.errors import ExposedSecretError, InvalidValueError
from shared.resource_names import SECRET, SECRET_VERSION

EXPECTED: Final = "projects/P/secrets/S, the same with /versions/V, or file:PATH"
_FILE: Final = "file:"


class SecretReference(msgspec.Struct, frozen=True):
    """Where a secret is: a `ManagedSecret` or a `SecretFile`."""


class ManagedSecret(SecretReference, frozen=True):
    """A version of a secret in Secret Manager.

    Attributes:
        version: `projects/P/secrets/S/versions/V`.
    """

    version: str


class SecretFile(SecretReference, frozen=True):
    """A secret in a file: for local runs.

    Attributes:
        path: The file.
    """

    path: str


def read_reference(text: str) -> SecretReference:
    """Return what `text` refers to.

    Args:
        text: `projects/P/secrets/S`, the same with `/versions/V`, or `file:PATH`.

    Raises:
        ExposedSecretError: It is no reference at all, and so it is the secret.
        InvalidValueError: It is a reference that breaks a rule.
    """
    if text.startswith(_FILE):
        if text == _FILE:
            raise InvalidValueError("the path is missing, e.g. file:/run/secrets/ga4-api-secret")
        return SecretFile(text.removeprefix(_FILE))
    if not text.startswith("projects/"):
        raise ExposedSecretError
    if text.count("/") < len(SECRET_VERSION.parts) - 1:
        SECRET.read(text)
        return ManagedSecret(f"{text}/versions/latest")
    SECRET_VERSION.read(text)
    return ManagedSecret(text)

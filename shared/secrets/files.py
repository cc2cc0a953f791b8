"""Secrets in files, for local runs."""

from pathlib import Path

from shared.errors import MisconfiguredError
from shared.secrets.reference import SecretFile


def read_file(reference: SecretFile) -> str:
    """Return the text of a secret's file.

    Raises:
        MisconfiguredError: It is absent, not readable, or not text.
    """
    try:
        return Path(reference.path).read_text(encoding="utf-8")
    except OSError as error:
        raise MisconfiguredError(f"the file cannot be read ({type(error).__name__})") from None
    except UnicodeDecodeError:
        raise MisconfiguredError("the file is not UTF-8") from None

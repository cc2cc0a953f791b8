"""Secrets in files, for local runs."""

from pathlib import Path

import pytest

from shared.errors import MisconfiguredError
from shared.secrets.cache import read_file
from shared.secrets.reference import SecretFile


def test_a_file_holds_one_secret(tmp_path: Path) -> None:
    """As it is: the cache strips it."""
    (tmp_path / "secret").write_text("whsec_é\n", encoding="utf-8")

    assert read_file(SecretFile(str(tmp_path / "secret"))) == "whsec_é\n"


def test_an_absent_file_is_a_misconfiguration(tmp_path: Path) -> None:
    """Its path is not repeated: a secret may stand there by mistake."""
    with pytest.raises(MisconfiguredError) as caught:
        read_file(SecretFile(str(tmp_path / "whsec_123")))

    assert str(caught.value) == "the file cannot be read (FileNotFoundError)"


def test_a_folder_is_a_misconfiguration(tmp_path: Path) -> None:
    """As is whatever else cannot be read."""
    with pytest.raises(MisconfiguredError, match=r"^the file cannot be read \(\w+Error\)$"):
        read_file(SecretFile(str(tmp_path)))


def test_bytes_that_are_no_text_are_a_misconfiguration(tmp_path: Path) -> None:
    """A key in binary."""
    (tmp_path / "secret").write_bytes(b"\xff\xfe")

    with pytest.raises(MisconfiguredError, match=r"^the file is not UTF-8$"):
        read_file(SecretFile(str(tmp_path / "secret")))

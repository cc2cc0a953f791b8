"""What the doctor says of the files that settings name."""

import sqlite3
from pathlib import Path

import pytest

from tools.doctor.files import examine
from tools.doctor.finding import Level


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a secret, a table, a database, a text, an empty file and a folder."""
    for name, text in {"secret": "s3cret", "text": "a,b\n1,2\n", "empty": ""}.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text)
    with sqlite3.connect(tmp_path / "database") as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    (tmp_path / "folder").mkdir()
    (tmp_path / "with space").touch(mode=0o600)
    (tmp_path / "with space").write_text("s3cret")
    return tmp_path


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("GA4_API_SECRET", "file:{}/secret", ""),
        ("GA4_API_SECRET", "file:{}/with space", ""),
        ("CAPTURE_SECRET", "file:{}/secret,file:{}/with space", ""),
        ("PAYMENT_PROVIDERS", '{{"stripe": {{"secret": "file:{}/with space"}}}}', ""),
        ("GA4_API_SECRET", "file:{}/nowhere", "is not there"),
        ("GA4_API_SECRET", "file:{}/secret/below", "is not there"),
        ("GA4_API_SECRET", "file:{}/folder", "a folder"),
        ("GA4_API_SECRET", "file:{}/empty", "an empty file"),
        ("GA4_API_SECRET", f"file:{{}}/{'long' * 100}", "cannot be read (File name too long)"),
        ("GA4_API_SECRET", "file:/dev/zero", "is no file"),
        ("CAPTURE_SECRET", "file:{}/secret,file:{}/nowhere", "is not there"),
        ("PAYMENT_PROVIDERS", '{{"stripe": {{"secret": "file:{}/nowhere"}}}}', "is not there"),
        ("CATALOGUE", "csv:{}/text", ""),
        ("CATALOGUE", "bigquery:my-shop.shop.costs", ""),
        ("CATALOGUE", "csv:{}/nowhere", "is not there"),
        ("CUSTOMERS", "jsonl:{}/folder", "a folder"),
        ("CUSTOMERS", "sqlite:{}/empty", "an empty file"),
        ("STORE", "firestore:my-shop/(default)", ""),
        ("STORE", "sqlite:{}/new.sqlite", ""),
        ("STORE", "sqlite:{}/database", ""),
        ("STORE", "sqlite:{}/empty", ""),
        ("STORE", "sqlite:{}/nowhere/new.sqlite", "its folder is not there"),
        ("STORE", "sqlite:{}/folder", "a folder"),
        ("STORE", "sqlite:{}/text", "is no SQLite database"),
    ],
)
def test_each_file_is_looked_at(folder: Path, setting: str, value: str, says: str) -> None:
    """Whatever a deployed function would fail at with its first request is said before."""
    findings = list(examine({setting: value.format(folder, folder)}))

    errors = [finding.says for finding in findings if finding.level is Level.ERROR]
    assert (len(errors), says in "".join(errors)) == (1 if says else 0, True), findings

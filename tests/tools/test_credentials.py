"""Missing Google credentials: one message, one exit status, from every command that asks Google."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.forks import run_connectors
from tools.errors import NO_CREDENTIALS

TODAY = datetime.now(UTC).date().isoformat()
FIRESTORE = "firestore:my-shop/(default)"
LETTERS = "projects/my-shop/subscriptions/dead"
TOPIC = "projects/my-shop/topics/renewals"


def assert_the_fix_is_told(
    folder: Path, arguments: tuple[str, ...], environ: dict[str, str], **named: str
) -> None:
    """Run a command where Google's credentials do not work, and check what it says."""
    (folder / "rows.jsonl").write_text("{}\n")
    (folder / "settings.env").write_text(
        "GA4_MEASUREMENT_ID=G-TEST123\nGA4_API_SECRET=projects/my-shop/secrets/ga4\n"
        f"STORE={FIRESTORE}\nGA4_EXPORT=my-shop.analytics_1\n"
    )
    hidden = ("GOOGLE_", "CLOUDSDK_", "PUBSUB_", "FIRESTORE_")
    bare = {name: value for name, value in environ.items() if not name.startswith(hidden)}

    ran = run_connectors(
        *arguments,
        environ={**bare, "HOME": str(folder), "NO_GCE_CHECK": "true", **named},
        working_folder=folder,
    )

    assert ran.status == 1
    last = ran.error.splitlines()[-1]
    assert last.removesuffix("; --resume goes on at line 1") == f"connectors: {NO_CREDENTIALS}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "list", "--store", FIRESTORE),
        ("ledger", "show", "ORD-1", "--store", FIRESTORE),
        ("ledger", "stats", "--store", FIRESTORE),
        ("ledger", "replay", "ORD-1", "--store", FIRESTORE),
        ("ledger", "stats", "--from-gcp", "my-shop"),
        ("explain", "ORD-1", "--store", FIRESTORE),
        ("explain", "ORD-1", "--from-gcp", "my-shop"),
        ("reconcile", "export", "--from", TODAY),
        ("publish", "rows.jsonl", "--type", "billing-event", "--topic", TOPIC),
        ("deadletters", "pull", LETTERS),
        ("deadletters", "replay", LETTERS, "--topic", TOPIC),
        ("deadletters", "replay", LETTERS, "--topic", TOPIC, "--apply"),
        ("doctor", "gcp", "--project", "my-shop"),
        ("doctor", "local", "--from-gcp", "my-shop"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_the_fix_is_told(
    tmp_path: Path, environ: dict[str, str], arguments: tuple[str, ...]
) -> None:
    """Nothing but the message, and exit status 1."""
    assert_the_fix_is_told(tmp_path, arguments, environ)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "stats", "--store", FIRESTORE),
        ("publish", "rows.jsonl", "--type", "billing-event", "--topic", TOPIC),
        ("deadletters", "pull", LETTERS),
        ("doctor", "gcp", "--project", "my-shop"),
    ],
    ids=" ".join,
)
def test_credentials_that_are_no_file_are_none(
    tmp_path: Path, environ: dict[str, str], arguments: tuple[str, ...]
) -> None:
    """The same from each client of Google's."""
    named = {"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path)}

    assert_the_fix_is_told(tmp_path, arguments, environ, **named)

"""Missing Google credentials: one message, one exit status, from every command that asks Google."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.errors import NO_CREDENTIALS

TODAY = datetime.now(UTC).date().isoformat()
FIRESTORE = "firestore:my-shop/(default)"
LETTERS = "projects/my-shop/subscriptions/dead"
TOPIC = "projects/my-shop/topics/renewals"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "list", "--store", FIRESTORE),
        ("ledger", "show", "ORD-1", "--store", FIRESTORE),
        ("ledger", "stats", "--store", FIRESTORE),
        ("ledger", "replay", "ORD-1", "--store", FIRESTORE),
        ("ledger", "stats", "--from-gcp", "my-shop"),
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
    tmp_path: Path, command: list[str], environ: dict[str, str], arguments: tuple[str, ...]
) -> None:
    """Nothing but the message, and exit status 1."""
    (tmp_path / "rows.jsonl").write_text("{}\n")
    (tmp_path / "settings.env").write_text(
        "GA4_MEASUREMENT_ID=G-TEST123\nGA4_API_SECRET=projects/my-shop/secrets/ga4\n"
        f"STORE={FIRESTORE}\nGA4_EXPORT=my-shop.analytics_1\n"
    )
    hidden = ("GOOGLE_", "CLOUDSDK_", "PUBSUB_", "FIRESTORE_")
    bare = {name: value for name, value in environ.items() if not name.startswith(hidden)}

    ran = subprocess.run(  # noqa: S603 - our own tool
        [*command, *arguments],
        cwd=tmp_path,
        env={**bare, "HOME": str(tmp_path), "NO_GCE_CHECK": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    last = ran.stderr.splitlines()[-1]
    assert last.removesuffix("; --resume goes on at line 1") == f"connectors: {NO_CREDENTIALS}"

"""The guide to the local Data Manager API: each request of it is taken, each field is there."""

import re
from datetime import UTC, datetime

import pytest

from tests.support import loopback
from tests.support.places import ROOT
from tests.tools.collecting import collecting
from tools.data_manager.conditions import Conditions
from tools.data_manager.status import Outcome
from tools.faults import Fault, Refusal

GUIDE = (ROOT / "docs/guides/data-manager-locally.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"http://127\.0\.0\.1:8787(/\S+)[ \\\n]+--json '(.*?)'\n", GUIDE, re.DOTALL)
NOW = re.compile(r"'\"\$\(date -u [^)]*\)\"'")
FIELDS = {
    "Let it misbehave": (Fault, Refusal),
    "Say what becomes of events": (Outcome,),
    "Quota and tokens": (Conditions,),
}


def test_every_request_is_taken() -> None:
    """As it stands there, with the present time."""
    assert [path for path, _ in REQUESTS] == [
        "/v1/events:ingest",
        "/faults",
        "/data-manager/outcomes",
    ]
    with collecting() as url:
        for path, body in REQUESTS:
            sent = NOW.sub(f"{datetime.now(UTC):%FT%TZ}", body)
            answer = loopback.post(f"{url}{path}", content=sent)
            assert answer.is_success, answer.text


@pytest.mark.parametrize("heading", FIELDS)
def test_every_field_is_there(heading: str) -> None:
    """What the guide does not name, nobody would find."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for kind in FIELDS[heading]:
        known_before = {"status", "delay_ms", "drop_after_read", "every"}
        names = set(kind.__struct_fields__) - (known_before if kind is Fault else set())
        missing = {name for name in names if not re.search(rf"\b{name}\b", section)}
        assert missing == set(), kind

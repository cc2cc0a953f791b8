"""Costs in Firestore and in BigQuery, each through Google's own client."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import AsyncClient

from shared.errors import MisconfiguredError, UnavailableError
from shared.google_cloud.bigquery_rows import MAX_BYTES_BILLED, BigQueryRows
from shared.google_cloud.documents import Documents
from shared.sources.protocol import Source
from tests.support.bigquery_server import BigQueryServer, reached
from tests.support.loop import in_a_loop

Place = Callable[[], AbstractAsyncContextManager[Source]]

TABLE: Final = "shop.crm.costs"
COLUMNS: Final = ("unit_cost", "currency")
DATABASE: Final = "(default)"


@pytest.fixture
def firestore(firestore_emulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A collection with the cost of a mug."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_emulator)
    project = f"costs-{abs(hash(str(tmp_path)))}"

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        client = AsyncClient(project, credentials, DATABASE)
        mug = {"unit_cost": "4.10", "currency": "EUR", "sizes": ["s"], "sold": None}
        await client.collection("catalogue").document("mug").set(mug)
        await client._firestore_api.transport.close()  # noqa: SLF001 - it has no other way
        source = Documents(f"{project}/{DATABASE}", "catalogue", "item_id")
        yield source
        await source.close()

    return opened


@pytest.fixture
def bigquery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A table with the cost of a mug."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        async with BigQueryServer() as server:
            reached(server, tmp_path, monkeypatch)
            server.warehouse.table(
                TABLE,
                ["item_id TEXT", "unit_cost TEXT", "currency TEXT"],
                [("mug", "4.10", "EUR"), ("jug", None, "EUR")],
            )
            source = BigQueryRows(TABLE, "item_id", COLUMNS)
            yield source
            await source.close()

    return opened


@pytest.fixture(params=["firestore", "bigquery"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each distant place."""
    found: Place = request.getfixturevalue(request.param)
    return found


@in_a_loop
async def test_rows_are_found_by_their_key(place: Place) -> None:
    """Digits as they are written; an unknown key has none, whatever it looks like."""
    async with place() as source:
        found = await source.rows(["mug", "tea", "mug", "x' OR 1=1", "a/b", "."])

    assert {key: list(rows) for key, rows in found.items()} == {
        "mug": [{"item_id": "mug", "unit_cost": "4.10", "currency": "EUR"}]
    }


@in_a_loop
async def test_a_place_is_opened_again_after_it_was_closed(place: Place) -> None:
    """A process that goes on asks again."""
    async with place() as source:
        await source.close()
        assert set(await source.rows(["mug"])) == {"mug"}


@in_a_loop
async def test_a_column_without_a_value_is_left_out(bigquery: Place) -> None:
    """A cost nobody knows is not `None` in letters."""
    async with bigquery() as source:
        found = await source.rows(["jug"])

    assert list(found["jug"]) == [{"item_id": "jug", "currency": "EUR"}]


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (404, "notFound", MisconfiguredError),
        (403, "accessDenied", MisconfiguredError),
        (400, "invalidQuery", MisconfiguredError),
        (401, "authError", MisconfiguredError),
        (400, "bytesBilledLimitExceeded", MisconfiguredError),
        (403, "quotaExceeded", UnavailableError),
        (503, "backendError", UnavailableError),
    ],
)
@in_a_loop
async def test_what_may_heal_is_told_from_what_a_person_must_mend(
    status: int,
    reason: str,
    error: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And nothing of Google's own text is repeated."""
    async with BigQueryServer((status, reason)) as server:
        reached(server, tmp_path, monkeypatch)
        source = BigQueryRows(TABLE, "item_id", COLUMNS)
        with pytest.raises(error, match=r"^BigQuery says ") as caught:
            await source.rows(["mug"])
        await source.close()

    assert "jane" not in str(caught.value)


@in_a_loop
async def test_a_query_has_a_bound_and_holds_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked up is a parameter, and a table that is not clustered costs no fortune."""
    async with BigQueryServer() as server:
        reached(server, tmp_path, monkeypatch)
        server.warehouse.table(TABLE, ["item_id TEXT", "unit_cost TEXT", "currency TEXT"], [])
        source = BigQueryRows(TABLE, "item_id", COLUMNS)
        await source.rows(["cust_7"])
        await source.close()

    (job,) = server.jobs
    assert "cust_7" not in job["query"]
    assert job["maximumBytesBilled"] == str(MAX_BYTES_BILLED)

"""Documents of a Firestore collection as rows, found by their ids, read-only."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from shared.google_cloud.errors import silence, translate_errors

if TYPE_CHECKING:
    from google.cloud.firestore import AsyncClient

TIMEOUT_SECONDS: Final = 3.0
_CLIENT: Final = "google.cloud.firestore"
_MAX_ID_BYTES: Final = 1500


class Documents:
    """Documents of one collection; a document's id is its key.

    Args:
        place: `PROJECT/DATABASE`.
        collection: Its name.
        key: What the id is called in the rows.
    """

    def __init__(self, place: str, collection: str, key: str) -> None:
        self._project, _, self._database = place.partition("/")
        self._collection = collection
        self._key = key
        self._client: AsyncClient | None = None

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return the document of each key as its one row.

        Args:
            keys: Ids; what cannot be a document's id has none.

        Raises:
            UnavailableError: Firestore is out of reach or overloaded.
            MisconfiguredError: There is no such database, or it may not be read.
        """
        wanted = [key for key in dict.fromkeys(keys) if _is_id(key)]
        if not wanted:
            return {}
        with translate_errors("Firestore"):
            client = self._client = self._client or self._connect()
            collection = client.collection(self._collection)
            found: dict[str, Sequence[Mapping[str, str]]] = {}
            references = [collection.document(key) for key in wanted]
            async for document in client.get_all(references, timeout=TIMEOUT_SECONDS):
                if document.exists:
                    fields = document.to_dict() or {}
                    row = {n: str(v) for n, v in fields.items() if isinstance(v, str | int | float)}
                    found[document.id] = ({**row, self._key: document.id},)
        return found

    def _connect(self) -> "AsyncClient":
        from google.cloud.firestore import AsyncClient  # noqa: PLC0415 - import cost

        silence(_CLIENT)
        return AsyncClient(project=self._project, database=self._database)

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()  # type: ignore[no-untyped-call]
            self._client = None


def _is_id(key: str) -> bool:
    reserved = key in (".", "..") or (key.startswith("__") and key.endswith("__"))
    size = len(key.encode("utf-8", "replace"))
    return 0 < size <= _MAX_ID_BYTES and "/" not in key and not reserved

"""Where the shop writes the transaction id that its own pages know."""

from typing import Final

DEFAULT_KEYS: Final[tuple[str, ...]] = ("ga_transaction_id", "order_id")
"""The keys of `TRANSACTION_ID_KEYS` where the operator sets none, first hit wins."""

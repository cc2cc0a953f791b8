"""The stores that `event_status` is tried over."""

from tests.stores.conftest import store, store_name

__all__ = ["store", "store_name"]

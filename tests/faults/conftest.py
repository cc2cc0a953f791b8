"""The stores that the faults are tried on: each is one row."""

from tests.stores.conftest import store

__all__ = ["store"]

"""Where `shared.wire` was; for those who still look for it here."""

from shared.wire import Expanded, Reference, id_of, read

__all__ = ["Expanded", "Reference", "id_of", "read"]

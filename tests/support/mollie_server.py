"""Mollie's API on loopback: payments with what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "live_sEcReTkEyOfMollie123456789012"


@dataclass
class MollieServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        objects: What there is, by its path.
    """

    objects: dict[str, Json] = field(default_factory=dict)

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Bearer {KEY}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return an object; of a payment its refunds and chargebacks only where they are asked."""
        found = self.objects.get(request.path)
        if found is None:
            return 404
        embed, whole = request.query.get("embed", "").split(","), found.get("_embedded")
        if not isinstance(whole, dict):
            return found, {}
        return {**found, "_embedded": {name: whole[name] for name in whole if name in embed}}, {}

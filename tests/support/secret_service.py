"""Secret Manager's own gRPC service on loopback, as the real client sees it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
from google.cloud.secretmanager_v1.types import (
    AccessSecretVersionRequest,
    AccessSecretVersionResponse,
    SecretPayload,
)

_SERVICE: Final = "google.cloud.secretmanager.v1.SecretManagerService"


@dataclass
class SecretService:
    """What the service holds and was asked.

    Attributes:
        versions: The bytes of each version, or the status it answers with.
        reads: How often each version was asked for.
        asked: Set at the first question.
        address: `host:port`.
    """

    versions: dict[str, bytes | grpc.StatusCode]
    reads: Counter[str] = field(default_factory=Counter)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    async def access(
        self,
        request: Any,  # noqa: ANN401 - gRPC's
        context: Any,  # noqa: ANN401 - gRPC's
    ) -> Any:  # noqa: ANN401 - gRPC's
        """Answer AccessSecretVersion."""
        self.reads[request.name] += 1
        self.asked.set()
        found = self.versions.get(request.name, grpc.StatusCode.NOT_FOUND)
        if isinstance(found, grpc.StatusCode):
            await context.abort(found, "jane@example.com may not see sEcReT")
        return AccessSecretVersionResponse(name=request.name, payload=SecretPayload(data=found))


@asynccontextmanager
async def served(
    versions: dict[str, bytes | grpc.StatusCode], address: str = "127.0.0.1:0"
) -> AsyncIterator[SecretService]:
    """Serve versions while the context is open."""
    service = SecretService(versions)
    method = grpc.unary_unary_rpc_method_handler(
        service.access,
        request_deserializer=AccessSecretVersionRequest.deserialize,
        response_serializer=AccessSecretVersionResponse.serialize,
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(_SERVICE, {"AccessSecretVersion": method}),)
    )
    service.address = f"127.0.0.1:{server.add_insecure_port(address)}"
    await server.start()
    try:
        yield service
    finally:
        await server.stop(0.05)

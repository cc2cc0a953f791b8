"""A stand-in of Google Secret Manager on loopback: its gRPC service, without TLS or credentials."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Self

import grpc
from google.cloud import secretmanager_v1 as api

from tools.ports import HOST, choose_ports

_SERVICE: Final = "google.cloud.secretmanager.v1.SecretManagerService"
_LATEST: Final = "/versions/latest"


class SecretManagerStandIn:
    """Serves secrets until it is stopped; it can be started again at the same address.

    Attributes:
        address: `host:port`, for `SECRET_MANAGER_EMULATOR_HOST`.
        secrets: The newest version's bytes by secret, `projects/P/secrets/S`.
        reads: How often each secret was read.
    """

    def __init__(self, **secrets: str) -> None:
        """Prepare a stand-in with secrets of the project `shop`."""
        self.secrets = {_name(secret): value.encode() for secret, value in secrets.items()}
        self.reads: Counter[str] = Counter()
        (port,) = choose_ports(0, ["secret manager"])
        self.address = f"{HOST}:{port}"
        self._server: Any = None

    def __enter__(self) -> Self:
        """Listen."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Go away."""
        self.stop()

    def start(self) -> None:
        """Listen."""
        method = grpc.unary_unary_rpc_method_handler(
            self._access,
            request_deserializer=api.AccessSecretVersionRequest.deserialize,
            response_serializer=api.AccessSecretVersionResponse.serialize,
        )
        handler = grpc.method_handlers_generic_handler(_SERVICE, {"AccessSecretVersion": method})
        self._server = grpc.server(ThreadPoolExecutor(4))
        self._server.add_generic_rpc_handlers((handler,))
        self._server.add_insecure_port(self.address)
        self._server.start()

    def stop(self) -> None:
        """Go away: connections are refused."""
        if self._server is not None:
            self._server.stop(None).wait()
            self._server = None

    def rotate(self, secret: str, value: str) -> None:
        """Make a new version the newest one."""
        self.secrets[_name(secret)] = value.encode()

    def _access(self, request: Any, context: Any) -> Any:  # noqa: ANN401 - gRPC's
        name = request.name.removesuffix(_LATEST)
        self.reads[name] += 1
        if name not in self.secrets:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Secret [{name}] not found")
        payload = api.SecretPayload(data=self.secrets[name])
        return api.AccessSecretVersionResponse(name=f"{name}/versions/1", payload=payload)


def _name(secret: str) -> str:
    return f"projects/shop/secrets/{secret}"

"""Google Secret Manager."""

from typing import TYPE_CHECKING, Final

from shared.errors import MisconfiguredError
from shared.google_cloud.errors import silence, translate_errors
from shared.secrets.reference import ManagedSecret

if TYPE_CHECKING:
    from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient

TIMEOUT_SECONDS: Final = 3.0
_CLIENT: Final = "google.cloud.secretmanager"


class SecretManager:
    """Reads secret versions through Google's own client.

    The client costs a quarter of a second to import, so it is imported when the first secret is
    read: a function whose secrets are in files never pays for it.

    Args:
        emulator: `host:port` of a stand-in without TLS or credentials, for tests and local runs.
    """

    def __init__(self, emulator: str | None = None) -> None:
        self._emulator = emulator
        self._client: SecretManagerServiceAsyncClient | None = None

    async def read(self, reference: ManagedSecret) -> str:
        """Return the text of a version.

        Raises:
            UnavailableError: The service is out of reach or overloaded.
            MisconfiguredError: The version does not exist, is disabled or destroyed, may not be
                read by this function, or is not text.
        """
        from google.api_core import exceptions, retry  # noqa: PLC0415 - import cost

        with translate_errors("Secret Manager"):
            if self._client is None:
                self._client = self._connect()
            response = await self._client.access_secret_version(
                name=reference.version,
                timeout=TIMEOUT_SECONDS,
                retry=retry.AsyncRetry(
                    predicate=retry.if_exception_type(exceptions.ServiceUnavailable),
                    initial=0.1,
                    maximum=0.5,
                    timeout=TIMEOUT_SECONDS,
                ),
            )
        data: bytes = response.payload.data
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise MisconfiguredError("the secret is not UTF-8") from None

    def _connect(self) -> "SecretManagerServiceAsyncClient":
        from google.cloud.secretmanager_v1 import (  # noqa: PLC0415 - import cost
            SecretManagerServiceAsyncClient,
        )

        silence(_CLIENT)
        if self._emulator is None:
            return SecretManagerServiceAsyncClient()
        from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (  # noqa: PLC0415 - import cost
            SecretManagerServiceGrpcAsyncIOTransport,
        )
        from grpc import aio  # noqa: PLC0415 - import cost

        channel = aio.insecure_channel(self._emulator)
        return SecretManagerServiceAsyncClient(
            transport=SecretManagerServiceGrpcAsyncIOTransport(channel=channel)
        )

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.transport.close()  # type: ignore[no-untyped-call]
            self._client = None

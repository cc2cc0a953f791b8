"""`connectors serve --to`: the real GA4 gets, byte for byte, what the local one gets.

The local GA4 stands in the middle. A function sends to it as always. It passes the exact bytes on
and gives the function Google's own answer. So a request that Google did not take is tried again by
the function, by the same rules as in production: nothing is lost, and nothing is sent twice.

The real api_secret is in this process only: in no environment, no argument, no log line.
"""

import hmac
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import aiohttp

from shared.certificates import verified
from shared.secrets.secret import Secret
from shared.settings import values
from tools.chosen_sink import DATA_MANAGER
from tools.errors import UsageError
from tools.input_file import read_text
from tools.read_option import read_option
from tools.visible import write_error

# Less than the three seconds that a function waits: it gets an answer, whatever happens.
_TIMEOUT: Final = aiohttp.ClientTimeout(total=2.8, sock_connect=2.0)
_CHOSEN: Final = ("GA4_API_SECRET", "GA4_ENDPOINT", "GA4_MEASUREMENT_ID")


@dataclass(frozen=True)
class RealStream:
    """A stream of the real GA4.

    Attributes:
        measurement_id: `--to`.
        api_secret: What `--api-secret-file` holds.
        endpoint: `GA4_ENDPOINT`: Google's host, or a stand-in on loopback.
    """

    measurement_id: str
    api_secret: Secret
    endpoint: str

    @classmethod
    def read(
        cls, to: str | None, api_secret_file: str | None, environ: Mapping[str, str]
    ) -> Self | None:
        """Return the stream that the options name; None where none is named.

        Args:
            to: `--to`.
            api_secret_file: `--api-secret-file`.
            environ: Our own environment.

        Raises:
            UsageError: One of the two is missing, or one makes no sense. The secret is never named.
        """
        if to is None and api_secret_file is None:
            return None
        if to is None or api_secret_file is None:
            raise UsageError("--to and --api-secret-file belong together: give both")
        if environ.get("STREAMS", "").strip():
            raise UsageError("--to is one stream, and STREAMS is set: take one of them")
        if environ.get("SINK", "").strip() == DATA_MANAGER:
            raise UsageError(
                "--to sends by the Measurement Protocol: leave out --sink data_manager, or SINK"
            )
        measurement_id = read_option("--to", to, values.measurement_id)
        text = environ.get("GA4_ENDPOINT", "").strip() or values.GLOBAL_HOST
        endpoint = read_option("GA4_ENDPOINT", text, values.endpoint)
        secret = read_text(api_secret_file, "--api-secret-file").strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            raise UsageError(
                "--api-secret-file: the file has to hold the api_secret alone (GA4: Admin → Data "
                "streams → your web stream → Measurement Protocol API secrets)"
            )
        return cls(measurement_id, Secret(secret), endpoint)

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a stack that sends to the local GA4 under this stream's id.

        Args:
            environ: Our own.
        """
        kept = {name: value for name, value in environ.items() if name not in _CHOSEN}
        return {**kept, "GA4_MEASUREMENT_ID": self.measurement_id}

    @property
    def banner(self) -> str:
        """What has to be known before anything is sent."""
        return (
            f"Events are sent to the real GA4 too: {self.measurement_id} at {self.endpoint}.\n"
            "Test payments count there like real ones, for good: take a property for tests.\n"
            "What was sent is forgotten when this ends, unless STORE names a lasting store."
        )


@dataclass(frozen=True)
class RealAnswer:
    """What became of a request at the real GA4.

    Attributes:
        to: The endpoint.
        status: Its answer. None: there was none.
        error: The kind of failure, where there was no answer.
        may_have_arrived: Whether the request may have arrived all the same.
        retry_after: `Retry-After`, as it was said.
    """

    to: str
    status: int | None
    error: str | None = None
    may_have_arrived: bool = False
    retry_after: str | None = None

    def document(self) -> dict[str, str | int | None]:
        """Return it as `GET /events` shows it."""
        return {"to": self.to, "status": self.status, "error": self.error}


class Forwarder(AbstractAsyncContextManager["Forwarder"]):
    """Passes on what the functions of this stack send, and nothing that anybody else sends.

    Args:
        stream: Where to.
        local_secret: What the functions of this stack have as their api_secret.
    """

    def __init__(self, stream: RealStream, local_secret: str) -> None:
        self._stream = stream
        self._local_secret = local_secret.encode()
        # A connection is never used again: one that Google has closed meanwhile would leave open
        # whether the next request arrived.
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=verified(), force_close=True), timeout=_TIMEOUT
        )

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close what is open."""
        await self._client.close()

    async def forward(
        self, body: bytes, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> RealAnswer | None:
        """Send a request on.

        Args:
            body: Its exact bytes.
            query: The query it came with.
            headers: The headers it came with.

        Returns:
            None where it is not one of this stack's: it is shown, and stays here.
        """
        presented = query.get("api_secret", "").encode(errors="surrogateescape")
        is_ours = hmac.compare_digest(presented, self._local_secret)
        if not is_ours or query.get("measurement_id") != self._stream.measurement_id:
            return None
        answer = await self._posted(body, headers)
        if answer.error is not None:
            write_error(f"the real GA4 gave no answer: {answer.error}")
        return answer

    async def _posted(self, body: bytes, headers: Mapping[str, str]) -> RealAnswer:
        to = self._stream.endpoint
        kept = ("content-type", "user-agent")
        try:
            async with self._client.post(
                f"{to}/mp/collect",
                params={
                    "measurement_id": self._stream.measurement_id,
                    "api_secret": self._stream.api_secret.reveal(),
                },
                data=body,
                headers={name: headers[name] for name in kept if name in headers},
                allow_redirects=False,
            ) as response:
                await response.read()
                return RealAnswer(
                    to, response.status, retry_after=response.headers.get("Retry-After")
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return RealAnswer(to, None, type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return RealAnswer(to, None, type(error).__name__, may_have_arrived=True)

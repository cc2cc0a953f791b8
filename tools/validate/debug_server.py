"""Asking Google's debug server about payloads, or a stand-in on loopback."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from shared.errors import InvalidValueError, MisconfiguredError
from shared.secrets.cache import read_file
from shared.secrets.reference import SecretFile, read_reference
from shared.secrets.secret import Secret
from shared.settings.values import GLOBAL_HOST
from shared.settings.values import endpoint as known_endpoint
from tools.errors import FailedError, UsageError
from tools.read_option import read_option
from tools.validate.check import Checked, Stream
from tools.validate.comparison import Comparison, Message, compare

# The debug server minds an empty secret and no wrong one, so none has to be risked.
_NO_SECRET: Final = "connectors-validate-sends-none"  # noqa: S105 - it says so
_SECRET: Final = "GA4_API_SECRET"  # noqa: S105 - a variable's name
_PATH: Final = "/debug/mp/collect"


def debug_host(endpoint: str | None) -> str:
    """Return scheme and host of a debug server.

    Args:
        endpoint: Where it is, with or without the path; None for Google's.

    Raises:
        UsageError: If it is neither Google's nor on loopback.
    """
    if endpoint is None:
        return GLOBAL_HOST
    try:
        return known_endpoint(endpoint.rstrip("/").removesuffix(_PATH))
    except InvalidValueError:
        raise UsageError(
            f"--debug-endpoint takes {GLOBAL_HOST}{_PATH}, the same at Google's region1 host, or "
            "http://HOST:PORT on loopback"
        ) from None


def stream_id(
    stream: Stream,
    *,
    measurement_id: str | None,
    firebase_app_id: str | None,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """Return what names the stream in the debug server's query.

    Raises:
        UsageError: If nothing does.
    """
    if stream == "app":
        if not firebase_app_id:
            raise UsageError("--debug-endpoint with --stream app needs --firebase-app-id")
        return {"firebase_app_id": firebase_app_id}
    measurement_id = measurement_id or environ.get("GA4_MEASUREMENT_ID")
    if not measurement_id:
        raise UsageError(
            "--debug-endpoint needs --measurement-id, or GA4_MEASUREMENT_ID in the settings"
        )
    return {"measurement_id": measurement_id}


def api_secret(environ: Mapping[str, str]) -> Secret:
    """Return the secret in the file that `GA4_API_SECRET` refers to, or else a stand-in.

    Raises:
        UsageError: If the variable holds no reference, or the file no secret.
    """
    text = environ.get(_SECRET, "").strip()
    if not text:
        return Secret(_NO_SECRET)
    reference = read_option(_SECRET, text, read_reference)
    if not isinstance(reference, SecretFile):
        return Secret(_NO_SECRET)
    try:
        secret = read_file(reference).strip()
    except MisconfiguredError as error:
        raise UsageError(f"{_SECRET}: {error}") from None
    if not secret:
        raise UsageError(f"{_SECRET}: the secret is empty")
    return Secret(secret)


PATH: Final = "/debug/mp/collect"
CONNECTIONS: Final = 8
"""How many payloads are asked about at once."""

_TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)
_KEY: Final = "validation_behavior"
_BEHAVIOR: Final = "ENFORCE_RECOMMENDATIONS"
_FIRST_FIELD: Final = f'{{"{_KEY}":"{_BEHAVIOR}"'.encode()
_SHOWN_LENGTH: Final = 400


class _Answer(msgspec.Struct, rename="camel"):
    validation_messages: list[Message]


class DebugServer:
    """Asks about payloads over a few kept connections; safe to be used by several threads."""

    def __init__(self, endpoint: str, stream_id: Mapping[str, str], api_secret: Secret) -> None:
        """Prepare to ask.

        Args:
            endpoint: Scheme and host, without a path.
            stream_id: `measurement_id` or `firebase_app_id`, and its value.
            api_secret: The stream's secret, or anything: it is not checked, but must not be empty.
        """
        # httpx logs whole URLs, and the secret is in ours.
        logging.getLogger("httpx").disabled = True
        self._host = urlsplit(endpoint).netloc
        self._url = httpx.URL(f"{endpoint}{PATH}", params=stream_id)
        self._api_secret = api_secret
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=CONNECTIONS),
            headers={"content-type": "application/json", "user-agent": "ga4-connectors"},
            # A proxy may lie on the way to Google, never on the way to loopback.
            trust_env=endpoint.startswith("https:"),
        )

    def __enter__(self) -> Self:
        """Do nothing yet: connections are made when they are needed."""
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, checked: Checked) -> tuple[Message, ...]:
        """Return what the server says about a payload; nothing where it is content.

        Raises:
            FailedError: If it cannot be asked, or answers something else.
        """
        url = self._url.copy_merge_params({"api_secret": self._api_secret.reveal()})
        try:
            answer = self._client.post(url, content=enforced(checked))
        except httpx.HTTPError as error:
            kind = type(error).__name__
            raise FailedError(f"the debug server at {self._host} gave no answer ({kind})") from None
        if answer.status_code != httpx.codes.OK:
            raise FailedError(
                f"the debug server at {self._host} answered {answer.status_code}, "
                "and no validation messages"
            )
        try:
            messages = msgspec.json.decode(answer.content, type=_Answer).validation_messages
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise FailedError(
                f"the debug server at {self._host} answered something that holds no "
                "validation messages"
            ) from None
        # What is said about the field that only we put in is not about the payload.
        ours = isinstance(checked.value, dict) and _KEY not in checked.value
        return tuple(
            _printable(message) for message in messages if not (ours and message.field_path == _KEY)
        )


def enforced(checked: Checked) -> bytes:
    """Return a payload's own bytes, with the recommendations asked for.

    What is no object goes as it is, so that the server can say so.
    """
    raw = checked.document.raw
    if not isinstance(checked.value, dict):
        return raw
    if _KEY in checked.value:
        return msgspec.json.encode({**checked.value, _KEY: _BEHAVIOR})
    rest = raw[raw.index(b"{") + 1 :].lstrip()
    return _FIRST_FIELD + (b"" if rest.startswith(b"}") else b",") + rest


def _printable(message: Message) -> Message:
    """Return a message that cannot steer a terminal."""
    return Message(*map(_plain, (message.validation_code, message.description, message.field_path)))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:_SHOWN_LENGTH])


_AHEAD: Final = 2 * CONNECTIONS


def compared(
    payloads: Iterable[Checked], server: DebugServer
) -> Iterator[tuple[Checked, Comparison | None]]:
    """Yield each payload with what the server says about it, in their order.

    None stands for payloads that are far too long to be sent anywhere.

    Raises:
        FailedError: As soon as the server cannot be asked.
    """

    def ask(checked: Checked) -> Comparison | None:
        if checked.document.too_long:
            return None
        return compare(checked.findings, server.ask(checked))

    waiting: deque[tuple[Checked, Future[Comparison | None]]] = deque()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        try:
            for checked in payloads:
                waiting.append((checked, threads.submit(ask, checked)))
                if len(waiting) > _AHEAD:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _first(
    waiting: deque[tuple[Checked, Future[Comparison | None]]],
) -> tuple[Checked, Comparison | None]:
    checked, answer = waiting.popleft()
    return checked, answer.result()

"""Asking Google's debug server about a payload, or a stand-in on loopback."""

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from shared.secrets.secret import Secret
from tools.errors import FailedError
from tools.validate.check import Judged
from tools.validate.message import Message

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

    def ask(self, judged: Judged) -> tuple[Message, ...]:
        """Return what the server says about a payload; nothing where it is content.

        Raises:
            FailedError: If it cannot be asked, or answers something else.
        """
        url = self._url.copy_merge_params({"api_secret": self._api_secret.reveal()})
        try:
            answer = self._client.post(url, content=enforced(judged))
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
        ours = isinstance(judged.value, dict) and _KEY not in judged.value
        return tuple(
            _printable(message) for message in messages if not (ours and message.field_path == _KEY)
        )


def enforced(judged: Judged) -> bytes:
    """Return a payload's own bytes, with the recommendations asked for.

    What is no object goes as it is, so that the server can say so.
    """
    raw = judged.document.raw
    if not isinstance(judged.value, dict):
        return raw
    if _KEY in judged.value:
        return msgspec.json.encode({**judged.value, _KEY: _BEHAVIOR})
    rest = raw[raw.index(b"{") + 1 :].lstrip()
    return _FIRST_FIELD + (b"" if rest.startswith(b"}") else b",") + rest


def _printable(message: Message) -> Message:
    """Return a message that cannot steer a terminal."""
    return Message(*map(_plain, (message.validation_code, message.description, message.field_path)))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:_SHOWN_LENGTH])

"""Where deliveries go: a local stack, or one function; and the secrets they are signed with."""

import ipaddress
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from shared.errors import ConnectorError
from shared.google_cloud.secret_manager import SecretManager
from shared.secrets.cache import Secrets
from shared.secrets.reference import SecretReference, read_reference
from shared.secrets.secret import Secret
from tools.changed import replace
from tools.errors import FailedError, UsageError
from tools.local_settings import SIGNING_SECRETS
from tools.trigger.deliveries import Delivery

_SECONDS: Final = aiohttp.ClientTimeout(total=10)
_WITH_A_PATH: Final = "payment_webhook"


@dataclass(frozen=True)
class Target:
    """Where deliveries are posted.

    Attributes:
        functions: Function → its address.
        references: Sender → where its signing secret is. Without one it is the local one.
        secrets: Reads them.
    """

    functions: Mapping[str, str]
    references: Mapping[str, SecretReference]
    secrets: Secrets

    def with_secret(self, reference: SecretReference) -> Self:
        """Return the same target, where every sender signs with one secret."""
        senders = (*SIGNING_SECRETS, "pubsub")
        return replace(self, references=dict.fromkeys(senders, reference))

    def address(self, delivery: Delivery) -> str:
        """Return where a delivery is posted: `payment_webhook` has a path for each provider.

        Raises:
            FailedError: The stack has no such function.
        """
        url = self.functions.get(delivery.function)
        if url is None:
            raise FailedError(f"the stack serves no {delivery.function}")
        if delivery.function != _WITH_A_PATH:
            return url
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        if path.rpartition("/")[2] != delivery.request.sender:
            path = f"{path}/{delivery.request.sender}"
        return urlunsplit(parts._replace(path=path))

    async def secret(self, sender: str) -> Secret | None:
        """Return the secret of a sender; None for a push that needs no token.

        Raises:
            MisconfiguredError: It is not where the reference says.
            UnavailableError: Secret Manager is out of reach.
        """
        if reference := self.references.get(sender):
            return await self.secrets.get(reference, f"the secret of {sender}")
        if sender not in SIGNING_SECRETS:
            return None
        variable, default = SIGNING_SECRETS[sender]
        return Secret(os.environ.get(variable, default))


async def stack_at(client: aiohttp.ClientSession, collector: str) -> Target:
    """Return the local stack of a collector.

    Args:
        client: Makes the requests.
        collector: Its address.

    Raises:
        FailedError: Nobody listens there, or no stack does.
    """
    base = collector.rstrip("/")
    stack = await stack_line(client, base)
    places = await _asked(client, f"{base}/stack/secrets")
    try:
        return target_of(stack, places)
    except (KeyError, TypeError, AttributeError, ConnectorError):
        raise FailedError(f"{base}/stack describes no stack of ours") from None


async def stack_line(client: aiohttp.ClientSession, collector: str) -> Any:  # noqa: ANN401 - JSON
    """Return what `connectors serve --json` printed of the stack of a collector.

    Args:
        client: Makes the request.
        collector: Its address.

    Raises:
        FailedError: Nobody listens there, or no stack does.
    """
    return await _asked(client, f"{collector.rstrip('/')}/stack")


def target_of(stack: Mapping[str, Any], places: Mapping[str, str]) -> Target:
    """Return a stack as a target.

    Args:
        stack: As `connectors serve --json` prints it.
        places: Where its signing secrets are: sender → reference.

    Raises:
        InvalidValueError: A reference is none.
    """
    references = {name: read_reference(place) for name, place in places.items()}
    return Target(dict(stack["functions"]), references, reader_of_secrets())


def reader_of_secrets(emulator: str | None = None) -> Secrets:
    """Return what reads secrets from files and from Secret Manager.

    Args:
        emulator: `SECRET_MANAGER_EMULATOR_HOST` of the settings; without one the environment's.
    """
    address = emulator or os.environ.get("SECRET_MANAGER_EMULATOR_HOST") or None
    return Secrets(SecretManager(address).read, time.monotonic)


async def _asked(client: aiohttp.ClientSession, url: str) -> Any:  # noqa: ANN401 - JSON
    start = "start the local stack with `connectors serve`, or name a function with --url"
    try:
        async with client.get(url, timeout=_SECONDS) as answer:
            if answer.status == 200:  # noqa: PLR2004 - HTTP
                return await answer.json()
    except (aiohttp.ClientConnectionError, TimeoutError):
        raise FailedError(f"nobody listens at {url}: {start}") from None
    except (aiohttp.ClientError, ValueError):
        pass
    raise FailedError(f"{url} names no local stack: {start}")


def checked_url(option: str, text: str) -> str:
    """Return an address that may be posted to.

    Args:
        option: Its name, for the error.
        text: https, or http on loopback.

    Raises:
        UsageError: It is none.
    """
    takes = f"{option} takes an address: https://…, or http:// on loopback"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UsageError(takes) from None
    if not host or parts.username is not None or not text.isprintable() or " " in text:
        raise UsageError(takes)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise UsageError(takes)
    return text


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""The settings of every function that Pub/Sub pushes to."""

import re
from typing import Final

import msgspec

from shared.errors import InvalidValueError
from shared.secrets.reference import SecretReference
from shared.settings.common import read_topic
from shared.settings.reader import Reader

_AUDIENCE: Final = re.compile(r"[!-~]{1,500}", re.ASCII)
_ACCOUNT: Final = re.compile(r"[a-z0-9.-]{1,63}@[a-z0-9.-]{1,190}\.gserviceaccount\.com", re.ASCII)


class PushSettings(msgspec.Struct, frozen=True):
    """What the operator decided for pushes.

    Attributes:
        token: `PUSH_TOKEN`: where it is.
        identity: `PUSH_AUDIENCE` and `PUSH_ACCOUNT`: whom tokens of pushes are made out to, and
            whose they are; None where only the platform checks them.
        dead_letter_topic: `DEAD_LETTER_TOPIC`.
    """

    token: SecretReference | None
    identity: tuple[str, str] | None
    dead_letter_topic: str | None


def read_push(reader: Reader) -> PushSettings:
    """Return the settings of pushes.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return PushSettings(
        token=reader.secret("PUSH_TOKEN"),
        identity=_read_identity(reader),
        dead_letter_topic=read_topic(reader, "DEAD_LETTER_TOPIC"),
    )


def _read_identity(reader: Reader) -> tuple[str, str] | None:
    audience = reader.optional("PUSH_AUDIENCE", _audience, "the audience of the subscription")
    account = reader.optional("PUSH_ACCOUNT", _account, "a service account's e-mail address")
    if audience is not None and account is not None:
        return audience, account
    # Anybody can have Google make out a token to any audience: without the account it says nothing.
    for name, given, other in (
        ("PUSH_ACCOUNT", account, audience),
        ("PUSH_AUDIENCE", audience, account),
    ):
        if given is None and other is not None:
            reader.problems.append(f"{name}: PUSH_AUDIENCE and PUSH_ACCOUNT are set together")
    return None


def _audience(text: str) -> str:
    if not _AUDIENCE.fullmatch(text):
        raise InvalidValueError(
            "takes one word, the push's audience, e.g. https://push.shop.example"
        )
    return text


def _account(text: str) -> str:
    if not _ACCOUNT.fullmatch(text):
        raise InvalidValueError(
            "takes a service account, e.g. ga4-push@my-shop.iam.gserviceaccount.com"
        )
    return text

"""Names of Google's resources, and which rule a text breaks that is none.

The rules are Google's, but that a project's id may be shorter: emulators take any.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from shared.errors import InvalidValueError

Rule = tuple[re.Pattern[str], str]


def _rule(pattern: str, says: str) -> Rule:
    return re.compile(pattern, re.ASCII | re.DOTALL), says


def _length(least: int, most: int, of: str) -> Rule:
    return _rule(f".{{{least},{most}}}", f"{of} has {least} to {most} characters")


PROJECT: Final = (
    _rule(".+", "the project id is missing"),
    _rule("[^A-Z]*", "project ids are lower case"),
    _rule(r"[a-z0-9:.\-]*", "a project id holds lower-case letters, digits and hyphens"),
    _length(1, 63, "a project id"),
)
_TOPIC: Final = (
    _rule(".+", "the topic's name is missing"),
    _rule("[A-Za-z].*", "a topic's name begins with a letter"),
    _rule(r"[A-Za-z0-9_.~+%\-]*", "a topic's name holds letters, digits and - _ . ~ + %"),
    _length(3, 255, "a topic's name"),
)
_SUBSCRIPTION: Final = tuple(
    (pattern, says.replace("topic", "subscription")) for pattern, says in _TOPIC
)
_SECRET: Final = (
    _rule(".+", "the secret's name is missing"),
    _rule(r"[A-Za-z0-9_\-]*", "a secret's name holds letters, digits, - and _"),
    _length(1, 255, "a secret's name"),
)
_VERSION: Final = (
    _rule(
        r"[0-9]+|[a-z][a-z0-9_\-]*",
        "a version is a number, `latest`, or an alias in lower case",
    ),
)
_DATABASE: Final = (
    _rule(".+", "the database is missing"),
    _rule(r"\(default\)|[^A-Z]*", "a database's name is lower case"),
    _rule(r"\(default\)|[a-z].*", "a database's name begins with a letter, or is (default)"),
    _rule(r"\(default\)|[a-z0-9\-]*", "a database's name holds lower-case letters, digits and -"),
    _rule(r"\(default\)|.{4,63}", "a database's name has 4 to 63 characters, or is (default)"),
)
_DATASET: Final = (
    _rule(".+", "the dataset is missing"),
    _rule("[A-Za-z0-9_]*", "a dataset's name holds letters, digits and _"),
    _length(1, 1024, "a dataset's name"),
)
_EXPORT_DATASET: Final = (
    _rule(
        "analytics_[0-9]{1,20}",
        "GA4's dataset is `analytics_` and the property's number (Admin → Property details)",
    ),
)
_TABLE: Final = (
    _rule(".+", "the table is missing"),
    _rule(r"[A-Za-z0-9_\-]*", "a table's name holds letters, digits, - and _"),
    _length(1, 1024, "a table's name"),
)


class ResourceName(msgspec.Struct, frozen=True):
    """What a resource's whole name is made of.

    Attributes:
        form: How it looks, e.g. `projects/P/topics/T`.
        example: One that could be.
        parts: A word that stands in it as it is, or the rules of what stands there.
        separator: What is between the parts.
    """

    form: str
    example: str
    parts: tuple[str | tuple[Rule, ...], ...]
    separator: str = "/"

    def read(self, text: str) -> Sequence[str]:
        """Return the parts of a name.

        Args:
            text: The whole name.

        Raises:
            InvalidValueError: It is none; the message names the first rule that it breaks.
        """
        count = len(self.parts)
        given = text.split(self.separator)
        if self.separator == ".":  # a project of a domain has dots of its own
            given = text.rsplit(self.separator, count - 1)
        if len(given) != count:
            raise self._invalid(
                f"takes {self.form}, which has {count} parts with {self.separator} between; "
                f"this has {len(given)}"
            )
        for place, (part, wanted) in enumerate(zip(given, self.parts, strict=True), start=1):
            if isinstance(wanted, str):
                if part != wanted:
                    raise self._invalid(
                        f"takes {self.form}, whose part number {place} is `{wanted}`"
                    )
                continue
            for pattern, says in wanted:
                if not pattern.fullmatch(part):
                    raise self._invalid(says)
        return given

    def _invalid(self, says: str) -> InvalidValueError:
        return InvalidValueError(f"{says}, e.g. {self.example}")


TOPIC: Final = ResourceName(
    "projects/P/topics/T",
    "projects/my-shop/topics/renewals",
    ("projects", PROJECT, "topics", _TOPIC),
)
SUBSCRIPTION: Final = ResourceName(
    "projects/P/subscriptions/S",
    "projects/my-shop/subscriptions/renewals-dead-letter",
    ("projects", PROJECT, "subscriptions", _SUBSCRIPTION),
)
SECRET: Final = ResourceName(
    "projects/P/secrets/S",
    "projects/my-shop/secrets/ga4-api-secret",
    ("projects", PROJECT, "secrets", _SECRET),
)
SECRET_VERSION: Final = ResourceName(
    "projects/P/secrets/S/versions/V",
    "projects/my-shop/secrets/ga4-api-secret/versions/3",
    ("projects", PROJECT, "secrets", _SECRET, "versions", _VERSION),
)
FIRESTORE_DATABASE: Final = ResourceName(
    "firestore:PROJECT/DATABASE", "firestore:my-shop/(default)", (PROJECT, _DATABASE)
)
EXPORT: Final = ResourceName(
    "PROJECT.analytics_N", "my-shop.analytics_123456", (PROJECT, _EXPORT_DATASET), "."
)
TABLE: Final = ResourceName(
    "bigquery:PROJECT.DATASET.TABLE",
    "bigquery:my-shop.shop.costs",
    (PROJECT, _DATASET, _TABLE),
    ".",
)

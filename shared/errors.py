"""The errors of the connectors, and what the caller of each does.

::

    ConnectorError
    ├── BadDelivery            nobody we know: answered 4xx, nothing stored
    │   ├── SignatureError     400  the bytes are not the provider's, now
    │   │   └── SignatureMismatchError  well-formed, but made with no secret we hold
    │   ├── MalformedError     400  authentic, but not an event at all
    │   ├── MethodError        405  only POST delivers
    │   ├── NotFoundError      404  no provider is configured at this path
    │   ├── OriginError        403  a page that is not on the list
    │   ├── RateError          429  more than may come in a minute
    │   └── TooLargeError      413  over 1 MiB, or over a capture's 16 KiB
    ├── UnusableError          an authentic event that can never become a conversion: `rejected`
    ├── NoAmountError          money whose amount nobody knows: `withheld`
    ├── InProgressError        409  another delivery of the same fact holds the lease
    ├── PendingError           409  another event that this one depends on is expected
    │   └── ComingError             it usually comes within two seconds
    ├── UnavailableError       503  store, topic, secret or GA4 out of reach: the sender retries
    │   └── CredentialsRefusedError  Google's credentials have expired, or cannot be renewed now
    ├── MisconfiguredError     500  settings missing or wrong, all of them named in the log alone
    │   └── CredentialsError        there are no credentials for Google at all
    └── LeaseLostError              our lease was taken over: the successor's word counts

No message ever holds a payload, a person or a secret: only names of fields, types and lengths.
The one table from error to HTTP status is in `shared.web.responses`.

Beside the tree stands `InvalidValueError`: one text that cannot be what it should be. Whoever knows
which setting or option it is catches it and says so.
"""

from collections.abc import Sequence
from typing import Final

Fault = tuple[str, str]
"""A field, and what is wrong with it; never its value."""

_MOST_NAMED: Final = 10

RETRY_AFTER_SECONDS: Final = 30
"""When a sender should try again, where nothing better is known."""


class ConnectorError(Exception):
    """Base of every error raised on purpose.

    The text is written for the person who reads the answer or the log line.
    """


class BadDelivery(ConnectorError):  # noqa: N818 - a branch of the tree, never raised itself
    """The request is not a delivery of a provider we know. Nothing is stored."""


class SignatureError(BadDelivery):
    """The signature is missing, malformed, stale or wrong, whatever the bytes were."""


class SignatureMismatchError(SignatureError):
    """The header is well-formed but no secret we hold made it: forged, or the secret rotated."""


class MalformedError(BadDelivery):
    """The body is authentic but is not an event: not JSON, or without an envelope."""


class MethodError(BadDelivery):
    """The request is not a POST."""


class NotFoundError(BadDelivery):
    """No provider is configured at the path of the request."""


class OriginError(BadDelivery):
    """A page of an origin that may not post here."""


class RateError(BadDelivery):
    """More requests of strangers than are taken in a minute.

    Attributes:
        retry_after: Seconds after which there is room.
    """

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooLargeError(BadDelivery):
    """The body is larger than a delivery may be."""


class UnusableError(ConnectorError):
    """An authentic event whose fields can never make a conversion.

    Attributes:
        path: Where in the event, e.g. `data.object.amount_total`; the first place of several.
        problem: What is wrong there, without the value.
        faults: Every place, with what is wrong there.
    """

    def __init__(self, path: str, problem: str, *others: Fault) -> None:
        self.path = path
        self.problem = problem
        self.faults = ((path, problem), *others)
        named = [f"{place}: {what}" for place, what in self.faults[:_MOST_NAMED]]
        if len(self.faults) > _MOST_NAMED:
            named.append(f"and {len(self.faults) - _MOST_NAMED} more")
        super().__init__("; ".join(named))

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "UnusableError":
        """Return the error that names several places, each once.

        Args:
            faults: At least one; the first of each place counts.
        """
        distinct: dict[str, str] = {}
        for path, problem in faults:
            distinct.setdefault(path, problem)
        (path, problem), *others = distinct.items()
        return cls(path, problem, *others)


class NoAmountError(ConnectorError):
    """An authentic event that is money and does not say how much; its text says what is missing."""


class InProgressError(ConnectorError):
    """Another delivery of the same fact holds the lease; a later retry will find it settled."""


class PendingError(ConnectorError):
    """Another event that this one depends on is expected; the sender brings this one again."""


class ComingError(PendingError):
    """Another event of the same sale is expected, usually within two seconds: wait for it."""


class UnavailableError(ConnectorError):
    """Something we need is out of reach; nothing stays claimed and a retry can succeed.

    Attributes:
        retry_after: Seconds after which the sender should try again.
    """

    def __init__(self, message: str, *, retry_after: int = RETRY_AFTER_SECONDS) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MisconfiguredError(ConnectorError):
    """Settings are missing or wrong.

    Attributes:
        problems: One line each, every one starting with the setting's name, none with its value.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class CredentialsError(MisconfiguredError):
    """Nobody said as whom Google's services are to be asked."""


class CredentialsRefusedError(UnavailableError):
    """Google took the credentials for none: they have expired, or are not renewed just now."""


class LeaseLostError(ConnectorError):
    """The lease on a ledger entry ran out and somebody else took it over."""


class InvalidValueError(ValueError):
    """A text cannot be what it should be.

    Its message is the rule that the text breaks, with an example; never the text itself. It reads
    on after the name of a setting or an option and a colon.
    """


class ExposedSecretError(InvalidValueError):
    """A secret itself stands where only its place belongs.

    Attributes:
        says: What was found.
        fix: What to do about it.
    """

    says: Final = "holds the secret itself, not where it is: it was exposed"
    fix: Final = (
        "Roll it, put the new one into Secret Manager and name its place here, e.g. "
        "projects/my-shop/secrets/ga4-api-secret (file:PATH for local runs)"
    )

    def __init__(self) -> None:
        super().__init__(f"{self.says}. {self.fix}")

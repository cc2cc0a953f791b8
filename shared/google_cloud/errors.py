"""What Google's clients raise, in the words of the connectors, and what they must not log."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shared.errors import (
    CredentialsError,
    CredentialsRefusedError,
    MisconfiguredError,
    UnavailableError,
)

if TYPE_CHECKING:
    from google.api_core.exceptions import GoogleAPICallError

# gRPC asks for a token itself, and says this where it gets none.
_RENEWAL: Final = "Getting metadata from plugin failed"
# "Error messages": the reasons after which BigQuery asks to try again.
UNREADABLE_CREDENTIALS: Final = (IsADirectoryError, PermissionError, UnicodeDecodeError)
"""What google-auth lets through of a file of credentials that it cannot read."""

_CODE: Final = re.compile(r"[A-Za-z]{1,40}", re.ASCII)
_FOR_NOW: Final = frozenset(
    {"backendError", "jobRateLimitExceeded", "quotaExceeded", "rateLimitExceeded"}
)


@contextmanager
def translate_errors(service: str) -> Iterator[None]:
    """Translate what a call of a Google service raises; Google's own text is not repeated.

    Args:
        service: Whose call it is, as the errors name it.

    Raises:
        UnavailableError: The service is out of reach or overloaded.
        MisconfiguredError: What was asked for does not exist or may not be used by this function,
            or, as `CredentialsError`, there are no credentials.
    """
    from google.api_core import exceptions  # noqa: PLC0415 - import cost
    from google.auth.exceptions import (  # noqa: PLC0415 - import cost
        DefaultCredentialsError,
        GoogleAuthError,
        MutualTLSChannelError,
        RefreshError,
    )

    try:
        yield
    except TimeoutError:
        raise UnavailableError(f"{service} says nothing") from None
    except (DefaultCredentialsError, *UNREADABLE_CREDENTIALS):
        raise CredentialsError(f"{service}: no Google credentials") from None
    except MutualTLSChannelError as error:
        raise MisconfiguredError(f"no credentials ({type(error).__name__})") from None
    except RefreshError:
        raise CredentialsRefusedError(f"{service}: the credentials cannot be renewed") from None
    except (
        # HTTP's words, of which gRPC's (PermissionDenied and so on) are kinds.
        exceptions.BadRequest,
        exceptions.Forbidden,
        exceptions.NotFound,
        exceptions.Unauthorized,
    ) as error:
        if _heals(error):
            raise UnavailableError(f"{service} says {type(error).__name__}") from None
        raise MisconfiguredError(f"{service} says {_word(error)}") from None
    except (exceptions.GoogleAPIError, GoogleAuthError) as error:
        cause = getattr(error, "cause", None) or error  # a RetryError says what it retried
        if _RENEWAL in str(cause):
            raise CredentialsRefusedError(f"{service}: the credentials cannot be renewed") from None
        raise UnavailableError(f"{service} says {type(cause).__name__}") from None


def _word(error: "GoogleAPICallError") -> str:
    """Return the kind of a refusal, with Google's code of its reason where there is one."""
    reasons = (detail.get("reason") for detail in error.errors if isinstance(detail, dict))
    code = next((reason for reason in reasons if _CODE.fullmatch(str(reason))), None)
    kind = type(error).__name__
    return kind if code is None else f"{kind} ({code})"


def _heals(error: "GoogleAPICallError") -> bool:
    """Return whether a refusal is only for now: over HTTP, BigQuery's quotas are 403 as well."""
    return any(
        detail.get("reason") in _FOR_NOW for detail in error.errors if isinstance(detail, dict)
    )


def silence(package: str) -> None:
    """Keep a client of Google's from logging what it sends and reads: at DEBUG it logs all.

    A parent's silence does not bind its children, so each of the client's loggers is disabled.

    Args:
        package: The client's; it must be imported already, for that makes its loggers.
    """
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith(package) and isinstance(logger, logging.Logger):
            logger.disabled = True

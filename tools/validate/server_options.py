"""What the options about the debug server mean."""

from collections.abc import Mapping
from typing import Final

from shared.errors import InvalidValueError, MisconfiguredError
from shared.secrets.files import read_file
from shared.secrets.reference import SecretFile, read_reference
from shared.secrets.secret import Secret
from shared.settings.values import GLOBAL_HOST
from shared.settings.values import endpoint as known_endpoint
from tools.errors import UsageError
from tools.read_option import read_option
from tools.validate.check import Stream

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

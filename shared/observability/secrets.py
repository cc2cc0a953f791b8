"""The log line of a secret that could not be read."""

from shared.observability.log import Severity, log


def log_unreadable_secret(problem: str) -> None:
    """Log that a secret could not be read, whether or not another one serves in its place.

    Args:
        problem: The setting that names it, and the reason; never the secret.
    """
    log("secret", Severity.WARNING, reason=problem)

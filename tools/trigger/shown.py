"""How `connectors trigger` shows what it sends and what is answered."""

import shlex
from typing import Any, Final

from tools.trigger.post import TOKEN_HEADER, Answer, Signed

# A token proves by itself who pushes, as no signature does.
_MASKED: Final = "[PUSH_TOKEN]"


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return an answer as a line of `--json`."""
    return {
        "name": answer.name,
        "status": answer.status,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "transaction_id": answer.transaction_id,
        "event_id": answer.event_id,
    }


def answer_line(answer: Answer) -> str:
    """Return an answer as one line of text."""
    outcome = answer.outcome or "no outcome in the answer"
    parts = [f"{answer.name}: {outcome} ({answer.status})"]
    if answer.transaction_id is not None:
        parts.append(answer.transaction_id)
    if answer.event_id is not None:
        parts.append(f"event {answer.event_id}")
    line = ", ".join(parts)
    return line if answer.reason is None else f"{line}: {answer.reason}"


def request_document(signed: Signed) -> dict[str, Any]:
    """Return a request as a line of `--print --json`."""
    return {
        "name": signed.name,
        "method": "POST",
        "url": signed.url,
        "headers": _headers(signed),
        "body": signed.request.body.decode(),
    }


def as_curl(signed: Signed) -> str:
    """Return a request as a shell's command, which may be read, pasted, or piped to `sh`."""
    headers = [f"--header {shlex.quote(f'{n}: {v}')}" for n, v in _headers(signed).items()]
    parts = [
        f"curl --silent --show-error {shlex.quote(signed.url)}",
        *headers,
        f"--data-binary {shlex.quote(signed.request.body.decode())}",
    ]
    return " \\\n  ".join(parts)


def _headers(signed: Signed) -> dict[str, str]:
    return {
        name: _MASKED if name == TOKEN_HEADER else value
        for name, value in signed.request.headers.items()
    }

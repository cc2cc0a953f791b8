"""What the functions of a local stack find in their environment."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shared.providers.registry import PROVIDERS
from tools.chosen_sink import DATA_MANAGER, local_property, local_streams
from tools.traffic.providers import SENDERS

# So that `connectors trigger enrichment` has something to add.
_CATALOGUE: Final = "item_id,unit_cost,currency\nmug,4.00,EUR\ntea,1.20,EUR\n"
_CUSTOMERS: Final = "customer_ref,segment,lifetime_value,currency\ncust_1,regular,120.00,EUR\n"

SIGNING_SECRETS: Final[Mapping[str, tuple[str, str]]] = {
    "capture": ("CONNECTORS_CAPTURE_SECRET", PROVIDERS["standard"].local_secret),
    **{
        name: (f"CONNECTORS_{name.upper()}_SECRET", kind.local_secret)
        for name, kind in PROVIDERS.items()
        if "secret" in kind.secrets
    },
}
"""Who signs → the variable that names the local secret, and its default."""


def local_environment(
    environ: Mapping[str, str], *, folder: Path, collector: str
) -> dict[str, str]:
    """Place the local secrets in files; return the environment of the functions.

    Args:
        environ: Our own environment. Any setting it holds wins over the local default, and
            everything else of it is passed on.
        folder: A private folder that lives as long as the stack.
        collector: Where the local GA4 is.
    """
    references = {
        who: _place(folder / f"{who}_secret", environ.get(variable, default))
        for who, (variable, default) in SIGNING_SECRETS.items()
    }

    def api_secret(number: int) -> str:
        return _place(folder / f"api_secret_{number}", secrets.token_urlsafe(16))

    # An empty setting counts as absent, as it does for the functions.
    given = {name: value for name, value in environ.items() if value.strip()}
    stream = {
        "GA4_API_SECRET": _place(folder / "api_secret", secrets.token_urlsafe(16)),
        "GA4_MEASUREMENT_ID": "G-LOCAL00001",
    }
    if "STREAMS" in given:
        stream = {"STREAMS": local_streams(given.pop("STREAMS"), api_secret)}
    elif given.get("SINK") == DATA_MANAGER:
        stream["GA4_PROPERTY_ID"] = local_property()
    defaults = {
        **_of_senders(environ, folder),
        "ACCEPT_TEST_EVENTS": "true",
        "CATALOGUE": f"csv:{_write(folder / 'catalogue.csv', _CATALOGUE)}",
        "CUSTOMERS": f"csv:{_write(folder / 'customers.csv', _CUSTOMERS)}",
        "CAPTURE_SECRET": references["capture"],
        "DATA_MANAGER_ENDPOINT": collector,
        "GA4_ENDPOINT": collector,
        "IGNORED_RETENTION_DAYS": "7",
        "PAYMENT_PROVIDERS": json.dumps(
            {name: dict(kind.local_options) for name, kind in PROVIDERS.items()}
        ),
        "STORE": f"sqlite:{folder / 'connectors.sqlite'}",
    }
    chosen = {**environ, **defaults, **stream, **given}
    chosen["PAYMENT_PROVIDERS"] = _with_secrets(chosen["PAYMENT_PROVIDERS"], references)
    return chosen


def signing_references(settings: Mapping[str, str]) -> dict[str, str]:
    """Return where the secret is that each sender's deliveries are signed with.

    Of several secrets of one sender it is the first. A push is not signed; its secret is the
    token it brings.

    Args:
        settings: A function's, with references and never with secrets.

    Returns:
        Sender, as in `tools.traffic.request.Request` → reference. A sender without one is left out.
    """
    found: dict[str, str] = {}
    try:
        entries = json.loads(settings.get("PAYMENT_PROVIDERS", ""))
    except (ValueError, RecursionError):
        entries = {}
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        match entry:
            case {"secret": str(reference)} | {"secret": [str(reference), *_]}:
                found[name] = reference
        if own := settings.get(f"CONNECTORS_{name.upper()}_SIGNER"):
            found[name] = own
    for sender, setting in (("capture", "CAPTURE_SECRET"), ("pubsub", "PUSH_TOKEN")):
        if reference := settings.get(setting, "").partition(",")[0].strip():
            found[sender] = reference
    return found


def _of_senders(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the settings with which what our test senders sign is taken.

    Where one of them is set already, somebody else signs.
    """
    found: dict[str, str] = {}
    for name, sender in SENDERS.items():
        if name not in PROVIDERS:
            continue  # one that `connectors dev new-provider` began, and the registry has not yet
        is_set = any(environ.get(each.name) for each in PROVIDERS[name].environment.values())
        if sender.environment is not None and not is_set:
            variable, default = SIGNING_SECRETS.get(name, ("", ""))
            found |= sender.environment(folder, environ.get(variable, default))
    return found


def _place(path: Path, secret: str) -> str:
    return f"file:{_write(path, secret)}"


def _write(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def _with_secrets(providers: str, references: Mapping[str, str]) -> str:
    """The providers, with the local secret wherever an entry names none."""
    try:
        entries = json.loads(providers)
    except (ValueError, RecursionError):
        return providers  # the function says what is wrong with it
    if not isinstance(entries, dict):
        return providers
    for name, entry in entries.items():
        if isinstance(entry, dict) and name in references:
            entry.setdefault("secret", references[name])
        kind = PROVIDERS.get(name)
        if isinstance(entry, dict) and kind is not None and not kind.secrets:
            # What needs no secret is proved by what stands in its options.
            entry |= {**kind.local_options, **entry}
    return json.dumps(entries)

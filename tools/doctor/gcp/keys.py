"""May the providers' API keys read what is asked for, where the one who looks may read the keys?"""

import base64
import binascii
import time
from collections.abc import AsyncIterator, Sequence
from typing import Final

from shared.errors import MisconfiguredError
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret
from tools.doctor import provider_keys
from tools.doctor.finding import Finding
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import DeployedFunction

_HOST: Final = "https://secretmanager.googleapis.com/v1"
# The first one has every key; the second one Stripe's.
_READERS: Final = ("reconciliation", "payment_webhook")


async def examine(apis: Apis, functions: Sequence[DeployedFunction]) -> AsyncIterator[Finding]:
    """Yield what is found of each API key that a function has.

    Args:
        apis: Google's.
        functions: What is deployed.
    """

    async def read(secret: ManagedSecret) -> str:
        try:
            answer = await apis.get(f"{_HOST}/{secret.version}:access")
            return base64.b64decode(answer["payload"]["data"]).decode()
        except Refused as refused:
            raise MisconfiguredError(f"Secret Manager says {refused}") from None
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise MisconfiguredError("Secret Manager gives no secret") from None

    by_name = {function.name: function for function in functions}
    found = next((by_name[name] for name in _READERS if name in by_name), None)
    if found is not None:
        async for finding in provider_keys.examine(found.settings, Secrets(read, time.monotonic)):
            yield finding

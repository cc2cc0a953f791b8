"""Stripe's answers: what a restricted key lacks is all that is repeated of a refusal."""

import re
from typing import Final

from shared.provider_api.reply import Answerer

SETTING: Final = "PAYMENT_PROVIDERS stripe.api_key"
# Stripe names the permission a restricted key lacks.
_PERMISSION: Final = re.compile(rb"'(rak_[a-z0-9_]{1,80})'")


def _lacking(body: bytes) -> str:
    found = _PERMISSION.search(body)
    return f"the restricted key lacks {found[1].decode()}" if found else "not allowed"


STRIPE: Final = Answerer("Stripe", SETTING, _lacking)

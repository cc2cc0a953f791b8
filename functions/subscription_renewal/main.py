"""Messages about subscriptions become purchases of their users."""

import os
from collections.abc import Mapping
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function, push_function
from shared.handlers.subscription_renewal import SUBSCRIPTION_RENEWAL, SubscriptionRenewal
from shared.settings.subscription_renewal import RenewalSettings, read_renewal_settings

Served = Function[RenewalSettings, SubscriptionRenewal]


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: it takes pushes of its subscription."""
    return push_function(
        SUBSCRIPTION_RENEWAL, environment, read=read_renewal_settings, make=bootstrap.renewals
    )


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def subscription_renewal(request: Request) -> Response:
    """Take one push of the renewals subscription."""
    return await process()(request)

"""The ledger against Stripe's own record and GA4's, on a schedule."""

import os
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared.runtime import Runtime


@cache
def runtime() -> Runtime:
    """Return the process's runtime, made at the first request: importing does no work."""
    return Runtime(os.environ)


@functions_framework.aio.http
async def reconciliation(request: Request) -> Response:
    """Compare the last days, and answer how they stand."""
    return await runtime().reconciliation(request)

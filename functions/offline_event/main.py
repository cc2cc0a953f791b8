"""Calls, shops, kiosks and devices become GA4 events."""

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
async def offline_event(request: Request) -> Response:
    """Take one push of the offline events' subscription."""
    return await runtime().offline_event(request)

"""What a browser knew is kept for the order it placed."""

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
async def context_capture(request: Request) -> Response:
    """Take one capture, from the backend of the shop or from a page of it."""
    return await runtime().context_capture(request)

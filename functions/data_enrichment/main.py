"""Orders become events that tell their margin and their customer's segment."""

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
async def data_enrichment(request: Request) -> Response:
    """Take one push of the enrichment subscription."""
    return await runtime().data_enrichment(request)

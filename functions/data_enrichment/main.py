"""Orders become events with their margin and their customer's segment."""

import os
from collections.abc import Mapping
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function, push_function
from shared.handlers.data_enrichment import DATA_ENRICHMENT, DataEnrichment
from shared.settings.data_enrichment import EnrichmentSettings, read_enrichment_settings

Served = Function[EnrichmentSettings, DataEnrichment]


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: it takes pushes of its subscription."""
    return push_function(
        DATA_ENRICHMENT, environment, read=read_enrichment_settings, make=bootstrap.enrichments
    )


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def data_enrichment(request: Request) -> Response:
    """Take one push of the enrichment subscription."""
    return await process()(request)

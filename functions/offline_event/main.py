"""Calls, shops, kiosks and devices become GA4 events."""

import os
from collections.abc import Mapping
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function, push_function
from shared.handlers.offline_event import OFFLINE_EVENT, OfflineEvent
from shared.settings.offline_event import OfflineSettings, read_offline_settings

Served = Function[OfflineSettings, OfflineEvent]


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: it takes pushes of its subscription."""
    return push_function(
        OFFLINE_EVENT, environment, read=read_offline_settings, make=bootstrap.offline
    )


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def offline_event(request: Request) -> Response:
    """Take one push of the offline events' subscription."""
    return await process()(request)

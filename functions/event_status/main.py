"""What Google says became of the events that the Data Manager API took, on a schedule."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Final

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function
from shared.handlers.event_status import EVENT_STATUS, EventStatus
from shared.outcome import Outcome
from shared.settings.event_status import EventStatusSettings, read_event_status_settings
from shared.webhooks.delivery import Delivery

Served = Function[EventStatusSettings, EventStatus]

LOOKING_SECONDS: Final = 540
"""A scheduler waits, unlike a buyer."""


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: Cloud Scheduler calls it."""
    return Function(
        EVENT_STATUS,
        environment,
        read=read_event_status_settings,
        make=bootstrap.event_status,
        take=_take,
        at_least_seconds=LOOKING_SECONDS,
    )


async def _take(handler: EventStatus, _: Request, __: Delivery) -> list[Outcome]:
    return [await handler.run()]


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def event_status(request: Request) -> Response:
    """Look up what is due, and answer with figures."""
    return await process()(request)

"""What a browser knew is kept for the order it placed."""

import os
from collections.abc import Mapping
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.changed import replace
from shared.function import Function
from shared.handlers.context_capture import CONTEXT_CAPTURE, ContextCapture
from shared.messages.capture import MAX_BYTES
from shared.outcome import Outcome
from shared.settings.context_capture import CaptureSettings, read_capture_settings
from shared.web.responses import WEBHOOK
from shared.webhooks.delivery import Delivery

Served = Function[CaptureSettings, ContextCapture]


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: it also answers a page that asks whether it may post a capture."""
    return Function(
        CONTEXT_CAPTURE,
        environment,
        read=read_capture_settings,
        make=bootstrap.captures,
        take=_take,
        judge=lambda handler, _, head: handler.judge(head),
        policy=replace(WEBHOOK, max_body_bytes=MAX_BYTES),
        origins=lambda handler: handler.settings.origins,
    )


async def _take(handler: ContextCapture, _: Request, delivery: Delivery) -> list[Outcome]:
    return await handler.take(delivery)


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def context_capture(request: Request) -> Response:
    """Take one capture, from the backend of the shop or from a page of it."""
    return await process()(request)

"""Payment providers' webhooks become GA4 events."""

import os
from collections.abc import Mapping
from functools import cache

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function
from shared.handlers.payment_webhook import PAYMENT_WEBHOOK, PaymentWebhook
from shared.handlers.provider_path import provider_of, require_signature
from shared.outcome import Outcome
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.webhooks.delivery import Delivery, Head

Served = Function[PaymentSettings, PaymentWebhook]


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: the path or the signature's header says which provider posts."""
    return Function(
        PAYMENT_WEBHOOK,
        environment,
        read=read_payment_settings,
        make=bootstrap.payments,
        take=_take,
        judge=_judge,
    )


def _judge(handler: PaymentWebhook, request: Request, head: Head) -> None:
    require_signature(provider_of(request.scope["path"], head, handler.settings), head)


async def _take(handler: PaymentWebhook, request: Request, delivery: Delivery) -> list[Outcome]:
    provider = provider_of(request.scope["path"], delivery, handler.settings)
    return await handler.take(provider, delivery)


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Take one signed delivery and answer as docs of the provider expect."""
    return await process()(request)

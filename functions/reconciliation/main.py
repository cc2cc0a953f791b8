"""The ledger against the providers' own records and GA4's, on a schedule."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Final

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from shared import bootstrap
from shared.function import Function
from shared.outcome import Outcome
from shared.reconciliation.handler import RECONCILIATION, Reconciliation
from shared.settings.reconciliation import ReconciliationSettings, read_reconciliation_settings
from shared.stores.stores import utc_now
from shared.webhooks.delivery import Delivery

Served = Function[ReconciliationSettings, Reconciliation]

RECONCILING_SECONDS: Final = 540
"""A scheduler waits, unlike a buyer."""


def connector(environment: Mapping[str, str]) -> Served:
    """Return the function: Cloud Scheduler calls it."""
    return Function(
        RECONCILIATION,
        environment,
        read=read_reconciliation_settings,
        make=bootstrap.reconciliation,
        take=_take,
        at_least_seconds=RECONCILING_SECONDS,
    )


async def _take(handler: Reconciliation, _: Request, __: Delivery) -> list[Outcome]:
    return [await handler.run(utc_now())]


@cache
def process() -> Served:
    """Return the process's own, made at the first request: importing does no work."""
    return connector(os.environ)


@functions_framework.aio.http
async def reconciliation(request: Request) -> Response:
    """Compare the last days, and answer how they stand."""
    return await process()(request)

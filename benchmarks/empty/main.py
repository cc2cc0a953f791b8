"""The least an async function can be: what every cold start has to pay."""

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Do nothing."""
    await request.body()
    return Response(status_code=200)

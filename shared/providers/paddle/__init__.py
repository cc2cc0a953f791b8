"""Paddle Billing: from the bytes it signed to conversions."""

from shared.providers.paddle.events import parse
from shared.providers.paddle.mapping import map_event
from shared.providers.paddle.options import PaddleOptions
from shared.providers.paddle.transaction import metadata_of

__all__ = ["PaddleOptions", "map_event", "metadata_of", "parse"]

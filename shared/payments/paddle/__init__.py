"""Paddle Billing: from the bytes it signed to conversions."""

from shared.payments.paddle.events import parse
from shared.payments.paddle.mapping import convert
from shared.payments.paddle.options import PaddleOptions

__all__ = ["PaddleOptions", "convert", "parse"]

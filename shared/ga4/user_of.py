"""What a context says of the user, as GA4's request says it."""

import msgspec

from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.ga4.user import Device, UserData, UserLocation


def as_user_data(context: Context) -> UserData | None:
    """Return the user's hashed data, where the person granted its use for advertising.

    Not known is not granted: nothing is sent then.
    """
    if context.user_data is None or context.consent.ad_user_data is not Choice.GRANTED:
        return None
    return msgspec.convert(context.user_data, UserData, from_attributes=True)


def as_user_location(context: Context) -> UserLocation | None:
    """Return where the user was, where known."""
    if context.user_location is None:
        return None
    return msgspec.convert(context.user_location, UserLocation, from_attributes=True)


def as_device(context: Context) -> Device | None:
    """Return what the user held, where known."""
    if context.device is None:
        return None
    return msgspec.convert(context.device, Device, from_attributes=True)

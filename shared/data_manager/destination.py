"""Where the API brings an event: to GA4, and to Google Ads beside it.

Source: https://developers.google.com/data-manager/api/devguides/concepts/destinations
"""

from typing import Any

import msgspec

from shared.data_manager.event import ADS, GA4


class Ads(msgspec.Struct, frozen=True):
    """A conversion action of Google Ads.

    Attributes:
        customer_id: The account it is in, digits only.
        conversion_action_id: Its number.
        login_customer_id: The manager account whose rights are used, digits only.
    """

    customer_id: str
    conversion_action_id: str
    login_customer_id: str | None = None


class Destination(msgspec.Struct, frozen=True):
    """One stream of GA4.

    Attributes:
        property_id: The number of its property.
        stream_id: Its measurement id, or its Firebase app id.
        ads: The conversion action that gets its purchases too.
    """

    property_id: str
    stream_id: str
    ads: Ads | None = None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the request's `destinations`."""
        account = {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": self.property_id}
        found: list[dict[str, Any]] = [
            {
                "reference": GA4,
                "operatingAccount": account,
                "loginAccount": account,
                "productDestinationId": self.stream_id,
            }
        ]
        if self.ads is not None:
            login = self.ads.login_customer_id or self.ads.customer_id
            found.append(
                {
                    "reference": ADS,
                    "operatingAccount": _of_ads(self.ads.customer_id),
                    "loginAccount": _of_ads(login),
                    "productDestinationId": self.ads.conversion_action_id,
                }
            )
        return found


def _of_ads(customer_id: str) -> dict[str, str]:
    return {"accountType": "GOOGLE_ADS", "accountId": customer_id}

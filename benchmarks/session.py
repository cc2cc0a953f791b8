"""The fields of a Checkout session that nobody here reads, and that Stripe sends all the same.

A verifier that makes objects of the whole event pays for each of them, so a benchmark with short
events would flatter it. Names as in the `Session` type of the `stripe` package.
"""

from typing import Any, Final

_ADDRESS: Final = {
    "city": "Lyon",
    "country": "FR",
    "line1": "1 rue de la Paix",
    "line2": None,
    "postal_code": "69001",
    "state": None,
}

UNREAD: Final[dict[str, Any]] = {
    "adaptive_pricing": {"enabled": True},
    "after_expiration": None,
    "allow_promotion_codes": True,
    "automatic_tax": {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "complete",
    },
    "billing_address_collection": "auto",
    "cancel_url": "https://shop.example.com/cart",
    "client_secret": None,
    "collected_information": {
        "business_name": None,
        "individual_name": None,
        "shipping_details": {"address": _ADDRESS, "name": "A. Buyer"},
    },
    "consent": {"promotions": None, "terms_of_service": "accepted"},
    "consent_collection": {
        "payment_method_reuse_agreement": None,
        "promotions": "none",
        "terms_of_service": "required",
    },
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_account": None,
    "customer_creation": "if_required",
    "customer_details": {
        "address": _ADDRESS,
        "business_name": None,
        "email": "buyer@example.com",
        "individual_name": None,
        "name": "A. Buyer",
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    },
    "customer_email": None,
    "integration_identifier": None,
    "invoice_creation": {
        "enabled": False,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    },
    "locale": "fr",
    "managed_payments": {"enabled": False},
    "origin_context": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": {"id": "pmc_1", "parent": None},
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "presentment_details": None,
    "recovered_from": None,
    "saved_payment_method_options": None,
    "shipping_address_collection": {"allowed_countries": ["BE", "CH", "DE", "FR", "IT", "LU"]},
    "shipping_options": [{"shipping_amount": 500, "shipping_rate": "shr_1"}],
    "submit_type": None,
    "tax_id_collection": {"enabled": False, "required": "never"},
    "wallet_options": None,
}

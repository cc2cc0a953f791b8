# Written by `connectors dev providers` from shared/providers/registry.py.

variable "payment_providers" {
  description = "Whose webhooks are taken, and the options of each; a second secret is for while one is rotated."
  type = map(object({
    api_key               = optional(bool, false)
    app_id                = optional(number)
    authorization         = optional(bool)
    balance_paid          = optional(bool)
    bundle_id             = optional(string)
    buyer_transaction_ids = optional(bool)
    capture               = optional(string)
    charges               = optional(bool)
    client_id             = optional(string)
    client_reference_id   = optional(string)
    credit_paid           = optional(bool)
    disputes              = optional(bool)
    gift_cards            = optional(string)
    invoices              = optional(bool)
    item_id               = optional(string)
    key_encoding          = optional(string)
    lifecycle             = optional(bool)
    password              = optional(bool)
    payment_failed        = optional(bool)
    payment_intents       = optional(bool)
    project               = optional(string)
    reversals             = optional(string)
    sandbox               = optional(bool)
    second_secret         = optional(bool, false)
    shop                  = optional(string)
    site                  = optional(string)
    store_credit          = optional(bool)
    stores                = optional(list(string))
    user                  = optional(bool)
    value                 = optional(string)
  }))
  default = {
    stripe = {}
  }
  nullable = false

  validation {
    condition     = length(var.payment_providers) > 0 && length(setsubtract(keys(var.payment_providers), keys(local.provider_options))) == 0
    error_message = "Providers are one or more of ${join(", ", keys(local.provider_options))}."
  }

  validation {
    condition = alltrue(flatten([
      for provider, options in var.payment_providers : [
        for name, value in options :
        value == null || value == false || name == "second_secret"
        || contains(lookup(local.provider_options, provider, []), name)
      ]
    ]))
    error_message = "An option is not one of its provider's: ${jsonencode(local.provider_options)}."
  }

  validation {
    condition = alltrue(flatten([
      for provider, options in var.payment_providers : [
        for name in lookup(local.key_needs, provider, []) :
        !options.api_key || options[name] != null
      ]
    ]))
    error_message = "An api_key needs another option beside it: ${jsonencode(local.key_needs)}."
  }

  validation {
    condition = (
      can(regex("^[a-z0-9][a-z0-9-]{0,62}\\.myshopify\\.com$", var.payment_providers.shopify.shop)) || try(var.payment_providers.shopify.shop, null) == null
    )
    error_message = "shopify.shop is the shop's own domain, e.g. my-shop.myshopify.com."
  }
}

locals {
  # The options of each provider's entry in PAYMENT_PROVIDERS.
  provider_options = {
    adyen       = ["capture", "disputes", "lifecycle", "password", "payment_failed", "reversals", "user"]
    apple       = ["app_id", "bundle_id", "lifecycle", "payment_failed", "reversals"]
    chargebee   = ["api_key", "disputes", "item_id", "lifecycle", "payment_failed", "site"]
    mollie      = ["api_key", "disputes", "lifecycle", "payment_failed", "reversals"]
    paddle      = ["api_key", "buyer_transaction_ids", "credit_paid", "disputes", "item_id", "reversals", "sandbox"]
    paypal      = ["api_key", "client_id", "disputes", "lifecycle", "payment_failed", "reversals", "sandbox"]
    polar       = ["credit_paid", "item_id", "lifecycle", "payment_failed", "reversals"]
    revenuecat  = ["api_key", "authorization", "lifecycle", "payment_failed", "project", "reversals", "stores"]
    shopify     = ["api_key", "buyer_transaction_ids", "client_id", "gift_cards", "item_id", "shop", "store_credit"]
    standard    = ["key_encoding"]
    stripe      = ["api_key", "balance_paid", "charges", "client_reference_id", "disputes", "invoices", "item_id", "lifecycle", "payment_failed", "payment_intents", "reversals", "value"]
    woocommerce = ["api_key", "item_id", "shop"]
  }

  # The options that an entry with api_key must have beside it.
  key_needs = {
    chargebee   = ["site"]
    revenuecat  = ["project"]
    shopify     = ["shop"]
    woocommerce = ["shop"]
  }

  # Those whose webhooks may ask the provider's API, and those whose record can be compared.
  asking_providers   = ["mollie", "paypal", "stripe"]
  recorded_providers = ["chargebee", "mollie", "paddle", "paypal", "revenuecat", "shopify", "stripe", "woocommerce"]

  # The secrets that prove its deliveries: secret, and those that an option of its name asks for.
  provider_secrets = {
    adyen       = ["secret", "user", "password"]
    apple       = []
    chargebee   = ["secret"]
    mollie      = ["secret"]
    paddle      = ["secret"]
    paypal      = ["secret"]
    polar       = ["secret"]
    revenuecat  = ["secret", "authorization"]
    shopify     = ["secret"]
    standard    = ["secret"]
    stripe      = ["secret"]
    woocommerce = ["secret"]
  }
}

variable "alerts" {
  description = "When somebody is notified. Shares count the last hour, and only where it has minimum_events."
  type = object({
    dead_letters          = optional(number, 0)
    failed_deliveries     = optional(number, 5)
    forged_signatures     = optional(number, 20)
    late_share            = optional(number, 0.05)
    minimum_events        = optional(number, 20)
    p95_latency_ms        = optional(number, 5000)
    refused_captures      = optional(number, 20)
    server_error_share    = optional(number, 0.05)
    unattributed_share    = optional(number, 0.3)
    undelivered_age_hours = optional(number, 2)
    withheld_share        = optional(number, 0.5)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for share in [
        var.alerts.late_share, var.alerts.server_error_share,
        var.alerts.unattributed_share, var.alerts.withheld_share,
      ] : share > 0 && share < 1
    ])
    error_message = "A share is more than 0 and less than 1: 0.05 is five of a hundred."
  }

  validation {
    condition = alltrue([
      for count in [
        var.alerts.dead_letters, var.alerts.failed_deliveries, var.alerts.forged_signatures,
        var.alerts.refused_captures,
      ] : count >= 0
    ])
    error_message = "dead_letters, failed_deliveries, forged_signatures and refused_captures are counts, 0 or more."
  }

  validation {
    condition = alltrue([
      for number in [
        var.alerts.minimum_events, var.alerts.p95_latency_ms, var.alerts.undelivered_age_hours,
      ] : number > 0
    ])
    error_message = "minimum_events, p95_latency_ms and undelivered_age_hours are more than 0."
  }
}

variable "capture" {
  description = "Who may post to context_capture: your backend, which signs, and pages of these origins; a second secret is for while one is rotated."
  type = object({
    browser_days     = optional(number)
    origins          = optional(list(string), [])
    proxies          = optional(number)
    rate_per_address = optional(number)
    rate_per_minute  = optional(number)
    references       = optional(list(string), [])
    retention_days   = optional(number)
    second_secret    = optional(bool, false)
    signed           = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for origin in var.capture.origins :
      can(regex("^https://[a-z0-9.-]+(:[0-9]{1,5})?$", origin)) && !endswith(origin, ":443")
    ])
    error_message = "An origin is https://HOST or https://HOST:PORT, without a path, as browsers send it."
  }

  validation {
    condition     = var.capture.signed || length(var.capture.origins) > 0
    error_message = "Without signed nobody could post but pages of origins: name some."
  }

  validation {
    condition = alltrue([
      for days in [var.capture.browser_days, var.capture.retention_days] :
      contains(range(1, 801), coalesce(days, 400))
    ])
    error_message = "browser_days and retention_days are 1 to 800."
  }

  validation {
    condition = alltrue([
      for rate in [var.capture.rate_per_address, var.capture.rate_per_minute] :
      try(rate >= 1 && rate <= 100000 && floor(rate) == rate, rate == null)
    ])
    error_message = "rate_per_address and rate_per_minute are 1 to 100000."
  }

  validation {
    condition     = contains(range(0, 11), coalesce(var.capture.proxies, 0))
    error_message = "proxies is 0 to 10: how many load balancers of your own stand before the function."
  }

  validation {
    condition = alltrue([
      for reference in var.capture.references :
      can(regex("^[A-Za-z0-9_.:#-]*\\{(hex|base32|base62|base64url):[0-9]+\\}[A-Za-z0-9_.:#-]*$", reference))
    ])
    error_message = "A reference is fixed text around one random part, e.g. ord_{base62:22}."
  }
}

variable "collection_host" {
  description = "Where GA4 takes events: global, or eu, which keeps them in the European Union."
  type        = string
  default     = "global"
  nullable    = false

  validation {
    condition     = contains(["global", "eu"], var.collection_host)
    error_message = "collection_host is global or eu."
  }
}

variable "customer_managed_key" {
  description = "Your own key in the region, projects/P/locations/L/keyRings/R/cryptoKeys/K; null leaves encryption to Google."
  type        = string
  default     = null

  validation {
    condition = (
      var.customer_managed_key == null
      || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.customer_managed_key))
    )
    error_message = "The key is projects/P/locations/REGION/keyRings/R/cryptoKeys/K, in the functions' region."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete what cannot be made again: the ledger and the secrets."
  type        = bool
  default     = true
  nullable    = false
}

variable "enrichment" {
  description = "Where data_enrichment finds costs and segments: bigquery:P.D.T or firestore:P/DATABASE."
  type = object({
    catalogue = optional(string)
    customers = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for source in [var.enrichment.catalogue, var.enrichment.customers] :
      source == null || can(regex(
        "^(bigquery:[a-z0-9-]+\\.[A-Za-z0-9_]+\\.[A-Za-z0-9_-]+|firestore:[a-z0-9-]+/[a-z0-9()-]+)$", source
      ))
    ])
    error_message = "catalogue and customers are bigquery:PROJECT.DATASET.TABLE or firestore:PROJECT/DATABASE."
  }
}

variable "firestore_location" {
  description = "Where the ledger is kept, a region or a multi-region as eur3; null takes the functions' region."
  type        = string
  default     = null

  validation {
    condition     = var.customer_managed_key == null || coalesce(var.firestore_location, var.region) == var.region
    error_message = "With a key of your own the ledger is kept where the key is: in the functions' region."
  }
}

variable "functions" {
  description = "Which functions there are, by name, each with what differs from the defaults; null takes all but context_capture."
  type = map(object({
    concurrency     = optional(number, 40)
    cpu             = optional(number, 1)
    max_instances   = optional(number, 20)
    memory_mib      = optional(number, 512)
    min_instances   = optional(number, 0)
    settings        = optional(map(string), {})
    timeout_seconds = optional(number)
  }))
  default = null

  validation {
    condition     = var.functions == null || length(setsubtract(keys(coalesce(var.functions, {})), local.known)) == 0
    error_message = "There are only these functions: ${join(", ", local.known)}."
  }

  validation {
    condition = alltrue([
      for size in values(coalesce(var.functions, {})) :
      size.concurrency >= 1 && size.concurrency <= 1000 && (size.concurrency == 1 || size.cpu >= 1)
    ])
    error_message = "concurrency is 1 to 1000, and more than 1 needs a whole CPU."
  }

  validation {
    condition = alltrue([
      for size in values(coalesce(var.functions, {})) :
      size.memory_mib >= 256 && size.memory_mib <= 32768 && size.cpu > 0 && size.cpu <= 8
    ])
    error_message = "memory_mib is 256 to 32768 (with less the process does not start), cpu more than 0, at most 8."
  }

  validation {
    condition = alltrue([
      for size in values(coalesce(var.functions, {})) :
      size.min_instances >= 0 && size.max_instances >= 1 && size.min_instances <= size.max_instances
    ])
    error_message = "max_instances is 1 or more, and min_instances 0 to max_instances."
  }

  validation {
    # A delivery takes up to ten seconds and a push subscription waits for ten minutes; reconciling
    # takes up to nine minutes and a scheduler waits for thirty.
    condition = alltrue([
      for name, size in coalesce(var.functions, {}) :
      name == "reconciliation"
      ? coalesce(size.timeout_seconds, 600) >= 550 && coalesce(size.timeout_seconds, 600) <= 1770
      : coalesce(size.timeout_seconds, 60) >= 15 && coalesce(size.timeout_seconds, 60) <= 540
    ])
    error_message = "timeout_seconds is 15 to 540; of reconciliation 550 to 1770."
  }

  validation {
    condition = alltrue(flatten([
      for size in values(coalesce(var.functions, {})) : [
        for name, value in size.settings :
        can(regex("^[A-Z][A-Z0-9_]*$", name)) && !can(regex("(whsec_|rk_live_|sk_live_|-----BEGIN)", value))
      ]
    ]))
    error_message = "settings are NAME = value in capitals, and never a secret: Terraform's state and the console show them."
  }
}

variable "labels" {
  description = "Labels of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name, value in var.labels :
      can(regex("^[a-z][a-z0-9_-]{0,62}$", name)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "Labels are lower-case letters, digits, - and _, at most 63 of them."
  }
}

variable "measurement_id" {
  description = "The G-… of the GA4 web stream."
  type        = string

  validation {
    condition     = can(regex("^G-[A-Z0-9]{1,20}$", var.measurement_id))
    error_message = "measurement_id is G- and capitals or digits, as GA4 shows it: Admin, Data streams."
  }
}

variable "notification_channels" {
  description = "Channels that exist already and get the alerts, projects/P/notificationChannels/N."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for channel in var.notification_channels :
      can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))
    ])
    error_message = "A channel is projects/P/notificationChannels/N."
  }
}

variable "notification_emails" {
  description = "Addresses that get the alerts; a channel is made for each."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.notification_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "notification_emails are e-mail addresses."
  }
}

variable "payment_providers" {
  description = "Whose webhooks are taken, and the options of each; a second secret is for while one is rotated."
  type = map(object({
    api_key               = optional(bool, false)
    balance_paid          = optional(bool)
    buyer_transaction_ids = optional(bool)
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
    payment_failed        = optional(bool)
    payment_intents       = optional(bool)
    reversals             = optional(string)
    sandbox               = optional(bool)
    second_secret         = optional(bool, false)
    shop                  = optional(string)
    store_credit          = optional(bool)
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
    condition = alltrue([
      !try(var.payment_providers.shopify.api_key, false) || try(var.payment_providers.shopify.shop, null) != null,
      can(regex("^[a-z0-9][a-z0-9-]{0,62}\\.myshopify\\.com$", var.payment_providers.shopify.shop)) || try(var.payment_providers.shopify.shop, null) == null,
    ])
    error_message = "shopify.api_key is for one shop: shop is its own domain, e.g. my-shop.myshopify.com."
  }
}

variable "policies" {
  description = "What is decided for every event; README, Settings, explains each under its name in capitals. null leaves the code's default."
  type = object({
    accept_test_events       = optional(bool)
    context_wait_seconds     = optional(number)
    enrichment_event_name    = optional(string)
    late_events              = optional(string)
    owner_wait_seconds       = optional(number)
    personal_data_exemptions = optional(list(string), [])
    renewal_event_name       = optional(string)
    transaction_id_keys      = optional(list(string), [])
    unattributed_events      = optional(string)
    unknown_refunds          = optional(string)
    user_data                = optional(string)
    value_basis              = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(0, 6), coalesce(var.policies.context_wait_seconds, 0))
    error_message = "context_wait_seconds is 0 to 5."
  }

  validation {
    condition     = contains(["send_now", "reject"], coalesce(var.policies.late_events, "send_now"))
    error_message = "late_events is send_now or reject."
  }

  validation {
    condition     = contains(["send", "withhold"], coalesce(var.policies.unattributed_events, "send"))
    error_message = "unattributed_events is send or withhold."
  }

  validation {
    condition     = contains(["send", "withhold"], coalesce(var.policies.unknown_refunds, "send"))
    error_message = "unknown_refunds is send or withhold."
  }

  validation {
    condition     = contains(["send", "off"], coalesce(var.policies.user_data, "off"))
    error_message = "user_data is send or off."
  }

  validation {
    condition     = contains(["net", "gross"], coalesce(var.policies.value_basis, "net"))
    error_message = "value_basis is net or gross."
  }

  validation {
    condition = alltrue([
      for name in compact([var.policies.renewal_event_name, var.policies.enrichment_event_name]) :
      can(regex("^[A-Za-z][A-Za-z0-9_]{0,39}$", name))
    ])
    error_message = "An event's name is up to 40 letters, digits and _, and starts with a letter."
  }

  validation {
    condition     = !contains(["purchase", "refund"], coalesce(var.policies.enrichment_event_name, "-"))
    error_message = "enrichment_event_name is never purchase or refund: its money would count twice."
  }
}

variable "prefix" {
  description = "What every name starts with, so that two deployments fit into one project."
  type        = string
  default     = "ga4"
  nullable    = false

  validation {
    # A service account's name has at most 30 characters, and -subscription-renewal takes 21.
    condition     = can(regex("^[a-z][a-z0-9-]{0,7}[a-z0-9]$", var.prefix))
    error_message = "prefix is 2 to 9 lower-case letters, digits and -, starts with a letter and does not end with -."
  }
}

variable "project" {
  description = "Id of the project everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project is a project's id, not its name or number."
  }
}

variable "push" {
  description = "How messages are pushed to functions."
  type = object({
    ack_deadline_seconds    = optional(number, 90)
    maximum_attempts        = optional(number, 50)
    maximum_backoff_seconds = optional(number, 600)
    minimum_backoff_seconds = optional(number, 10)
    retention_days          = optional(number, 7)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.push.ack_deadline_seconds >= 10 && var.push.ack_deadline_seconds <= 600
    error_message = "ack_deadline_seconds is 10 to 600."
  }

  validation {
    condition     = var.push.maximum_attempts >= 5 && var.push.maximum_attempts <= 100
    error_message = "maximum_attempts is 5 to 100."
  }

  validation {
    condition = (
      var.push.minimum_backoff_seconds >= 0
      && var.push.minimum_backoff_seconds <= var.push.maximum_backoff_seconds
      && var.push.maximum_backoff_seconds <= 600
    )
    error_message = "Backoff is 0 to 600 seconds, the minimum not above the maximum."
  }

  validation {
    condition     = var.push.retention_days >= 1 && var.push.retention_days <= 31
    error_message = "retention_days is 1 to 31."
  }

  validation {
    # A message that is pushed again while it is still being handled meets the lease.
    condition = alltrue([
      for name, size in coalesce(var.functions, {}) :
      coalesce(size.timeout_seconds, 60) < var.push.ack_deadline_seconds
      if try(local.catalogue[name].topic, null) != null
    ])
    error_message = "ack_deadline_seconds is longer than the timeout_seconds of any function that is pushed to."
  }
}

variable "reconciliation" {
  description = "How many days of the ledger are compared with the records of providers that have an api_key and with GA4's export (dataset: PROJECT.analytics_N), whether what a provider has and it has not is sent, and when (cron, UTC)."
  type = object({
    days = optional(number, 3)
    export = optional(object({
      dataset = string
      max_gib = optional(number)
      stream  = optional(string)
    }))
    repair   = optional(bool, false)
    schedule = optional(string, "30 6 * * *")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(1, 31), var.reconciliation.days)
    error_message = "days is 1 to 30: Stripe keeps its events no longer."
  }

  validation {
    condition     = length(split(" ", var.reconciliation.schedule)) == 5
    error_message = "schedule is five fields of cron, as 30 6 * * *."
  }

  validation {
    # It is never null: Terraform wants a condition to look at the variable itself.
    condition = anytrue([
      var.reconciliation == null,
      !contains(keys(coalesce(var.functions, {})), "reconciliation"),
      anytrue([for options in values(var.payment_providers) : options.api_key]),
      var.reconciliation.export != null,
    ])
    error_message = "reconciliation reads a provider's record or GA4's export: stripe, shopify or paddle needs api_key = true in payment_providers, or reconciliation an export."
  }

  validation {
    condition     = can(regex("^[a-z0-9:.-]{1,63}\\.analytics_[0-9]+$", var.reconciliation.export.dataset)) || var.reconciliation.export == null
    error_message = "export.dataset is PROJECT.analytics_N, N being the property's id."
  }

  validation {
    condition     = can(regex("^[0-9]+$", var.reconciliation.export.stream)) || try(var.reconciliation.export.stream, null) == null
    error_message = "export.stream is the stream's number."
  }
}

variable "region" {
  description = "Where everything runs and is kept."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is a region as europe-west1, not a zone."
  }
}

variable "secret_rotation_days" {
  description = "After how many days a new value of each secret is asked for; null never asks. Needs Secret Manager's agent: README.md, Rotate a secret."
  type        = number
  default     = null

  validation {
    condition     = var.secret_rotation_days == null || try(var.secret_rotation_days >= 1 && var.secret_rotation_days <= 3650, false)
    error_message = "secret_rotation_days is 1 to 3650."
  }
}

variable "vpc" {
  description = "A Serverless VPC Access connector for the functions' outgoing traffic; null sends it the ordinary way."
  type = object({
    connector = string
    egress    = optional(string, "PRIVATE_RANGES_ONLY")
  })
  default = null

  validation {
    condition     = var.vpc == null || contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], try(var.vpc.egress, ""))
    error_message = "egress is PRIVATE_RANGES_ONLY, or ALL_TRAFFIC for a fixed address through a NAT."
  }

  validation {
    condition     = var.vpc == null || can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.vpc.connector))
    error_message = "connector is projects/P/locations/L/connectors/C."
  }
}

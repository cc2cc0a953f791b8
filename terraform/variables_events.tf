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

variable "enrichment" {
  description = "Where data_enrichment finds costs and segments: bigquery:P.D.T or firestore:P/DATABASE. Without either, it is not deployed and orders are not published."
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

variable "policies" {
  description = "What is decided for every event; docs/reference/settings.md explains each under its name in capitals. null leaves the code's default."
  type = object({
    accept_test_events       = optional(bool)
    context_wait_seconds     = optional(number)
    debug                    = optional(bool)
    enrichment_event_name    = optional(string)
    ignored_retention_days   = optional(number)
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
    condition     = contains(range(0, 91), coalesce(var.policies.ignored_retention_days, 0))
    error_message = "ignored_retention_days is 0 to 90."
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

check "debug" {
  assert {
    condition     = !coalesce(var.policies.debug, false)
    error_message = "policies.debug is on: DebugView shows every event, and all of them count as real. Unset it when you have seen what you wanted to see."
  }
}

variable "reconciliation" {
  description = "How many days of the ledger are compared with the records of providers that have an api_key and with GA4's export (dataset: PROJECT.analytics_N), whether what a provider has and it has not is sent, and when (cron, UTC)."
  type = object({
    days = optional(number, 3)
    export = optional(object({
      dataset = string
      max_gib = optional(number)
      of      = optional(string)
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
      anytrue([
        for provider, options in var.payment_providers : options.api_key && contains(local.recorded_providers, provider)
      ]),
      var.reconciliation.export != null,
    ])
    error_message = "reconciliation reads a provider's record or GA4's export: one of ${join(", ", local.recorded_providers)} needs api_key = true in payment_providers, or reconciliation an export."
  }

  validation {
    condition     = var.functions == null || contains(keys(coalesce(var.functions, {})), "reconciliation") || var.reconciliation.export == null
    error_message = "reconciliation has an export, but functions does not name reconciliation."
  }

  validation {
    condition     = can(regex("^[a-z0-9:.-]{1,63}\\.analytics_[0-9]+$", var.reconciliation.export.dataset)) || var.reconciliation.export == null
    error_message = "export.dataset is PROJECT.analytics_N, N being the property's id."
  }

  validation {
    condition     = can(regex("^[0-9]+$", var.reconciliation.export.stream)) || try(var.reconciliation.export.stream, null) == null
    error_message = "export.stream is the stream's number."
  }

  validation {
    condition     = try(var.reconciliation.export.of, null) == null || contains(keys(var.streams), coalesce(try(var.reconciliation.export.of, null), "-"))
    error_message = "export.of is the name of one of streams: the one that the export is of."
  }
}

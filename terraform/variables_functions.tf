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

variable "functions" {
  description = "Which functions there are, by name, each with what differs from the defaults. With null these are all that have what they need: data_enrichment a source, reconciliation a key or an export, event_status a property_id; and not context_capture."
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
    condition     = !contains(keys(coalesce(var.functions, {})), "data_enrichment") || local.enriches
    error_message = "data_enrichment has nothing to look up: set enrichment.catalogue or enrichment.customers, or leave it out."
  }

  validation {
    condition     = var.functions == null || contains(keys(coalesce(var.functions, {})), "data_enrichment") || !local.enriches
    error_message = "enrichment names a source, but functions does not name data_enrichment."
  }

  validation {
    condition     = var.functions == null || contains(keys(coalesce(var.functions, {})), "event_status") == local.uses_data_manager
    error_message = "functions names event_status where a stream has a property_id, and only there: it asks what became of events."
  }

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
    # A delivery takes up to ten seconds and a push subscription waits for ten minutes; what a
    # scheduler calls takes up to nine minutes, and it waits for thirty.
    condition = alltrue([
      for name, size in coalesce(var.functions, {}) :
      contains(["event_status", "reconciliation"], name)
      ? coalesce(size.timeout_seconds, 600) >= 550 && coalesce(size.timeout_seconds, 600) <= 1770
      : coalesce(size.timeout_seconds, 60) >= 15 && coalesce(size.timeout_seconds, 60) <= 540
    ])
    error_message = "timeout_seconds is 15 to 540; of event_status and reconciliation 550 to 1770."
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

variable "public_access" {
  description = "How senders without a Google identity reach payment_webhook and context_capture: README.md, Public access."
  type        = string
  default     = "all_users"
  nullable    = false

  validation {
    condition     = contains(["all_users", "unchecked", "load_balancer", "load_balancer_unchecked"], var.public_access)
    error_message = "public_access is all_users, unchecked, load_balancer or load_balancer_unchecked."
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

variable "runtime" {
  description = "Google's name for the Python of the functions, python311 to python313; the tests run the zips on the oldest and the newest."
  type        = string
  default     = "python313"
  nullable    = false

  validation {
    condition     = contains(["python311", "python312", "python313"], var.runtime)
    error_message = "runtime is python311, python312 or python313."
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

variable "worker_pool" {
  description = "A private pool of Cloud Build that builds the functions, projects/P/locations/L/workerPools/W; null takes Google's own."
  type        = string
  default     = null

  validation {
    condition     = var.worker_pool == null || can(regex("^projects/[^/]+/locations/[^/]+/workerPools/[^/]+$", var.worker_pool))
    error_message = "worker_pool is projects/P/locations/L/workerPools/W."
  }
}

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

variable "database" {
  description = "Name of the Firestore database; null is PREFIX-connectors. Another one is for after a restore: docs/guides/operations.md."
  type        = string
  default     = null

  validation {
    condition     = var.database == null || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.database))
    error_message = "database is 4 to 63 lower-case letters, digits and -, starts with a letter and does not end with -."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete what cannot be made again: the ledger and the secrets."
  type        = bool
  default     = true
  nullable    = false
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

variable "retention" {
  description = "For how many days after their last change the ledger's entries are kept, and orders with the contexts of their buyers; null leaves the code's defaults, 90 and 400. Captures have capture.retention_days."
  type = object({
    ledger_days = optional(number)
    order_days  = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    # As the code has it. A provider or a repair may bring an event again within 60 days.
    condition = alltrue([
      for days in [var.retention.ledger_days, var.retention.order_days] :
      try(days >= 60 && days <= 3650 && floor(days) == days, days == null)
    ])
    error_message = "ledger_days and order_days are whole numbers from 60 to 3650: a sender may repeat an event for 60 days."
  }
}

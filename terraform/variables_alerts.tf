variable "alerts" {
  description = "When somebody is notified. Shares count the last hour, and only where it has minimum_events."
  type = object({
    dead_letters          = optional(number, 0)
    failed_deliveries     = optional(number, 5)
    failed_deliveries_day = optional(number, 10)
    forged_signatures     = optional(number, 20)
    late_share            = optional(number, 0.05)
    minimum_events        = optional(number, 20)
    p95_latency_ms        = optional(number, 5000)
    refused_captures      = optional(number, 20)
    server_error_share    = optional(number, 0.05)
    silence_hours         = optional(number, 12)
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
        var.alerts.dead_letters, var.alerts.failed_deliveries, var.alerts.failed_deliveries_day,
        var.alerts.forged_signatures, var.alerts.refused_captures,
      ] : count >= 0
    ])
    error_message = "dead_letters, failed_deliveries, failed_deliveries_day, forged_signatures and refused_captures are counts, 0 or more."
  }

  validation {
    condition = alltrue([
      for number in [
        var.alerts.minimum_events, var.alerts.p95_latency_ms, var.alerts.undelivered_age_hours,
      ] : number > 0
    ])
    error_message = "minimum_events, p95_latency_ms and undelivered_age_hours are more than 0."
  }

  validation {
    condition     = contains(range(1, 85), var.alerts.silence_hours)
    error_message = "silence_hours is 1 to 84: it is compared with the last seven days."
  }
}

variable "budget" {
  description = "A monthly budget of the whole project, and who pays: notifications at 50, 90 and 100 % of the amount, and when a month is expected to exceed it. With null there is none."
  type = object({
    amount          = number
    billing_account = string
    currency        = optional(string)
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount, false)
    error_message = "budget.amount is a whole number of the billing account's currency, 1 or more."
  }

  validation {
    condition     = var.budget == null || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account))
    error_message = "budget.billing_account is an id as 012345-567890-ABCDEF: gcloud billing accounts list."
  }

  validation {
    condition     = try(var.budget.currency, null) == null || can(regex("^[A-Z]{3}$", var.budget.currency))
    error_message = "budget.currency is a currency's three letters, and that of the billing account; leave it out to take that one."
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

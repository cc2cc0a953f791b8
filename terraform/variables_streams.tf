variable "streams" {
  description = "Several streams of GA4 instead of measurement_id, by name. Each has the measurement_id of a web stream or the firebase_app_id of an app stream, and gets a secret of its own. The fields sink, property_id and api_secret are as the variables of these names. With ads there is a conversion action of Google Ads that gets its purchases too."
  type = map(object({
    ads = optional(object({
      conversion_action_id = string
      customer_id          = string
      login_customer_id    = optional(string)
    }))
    api_secret      = optional(bool, true)
    endpoint        = optional(string)
    firebase_app_id = optional(string)
    measurement_id  = optional(string)
    property_id     = optional(string)
    sink            = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.streams) <= 20 && alltrue([for name in keys(var.streams) : can(regex("^[a-z][a-z0-9_-]{0,31}$", name))])
    error_message = "At most 20 streams; a name is up to 32 small letters, digits, - and _, and starts with a letter."
  }

  validation {
    condition = alltrue([
      for stream in values(var.streams) :
      stream.firebase_app_id == null
      ? can(regex("^G-[A-Z0-9]{1,20}$", stream.measurement_id))
      : stream.measurement_id == null && can(regex("^[0-9]{1,4}:[0-9]{1,20}:[a-z]{1,10}:[0-9A-Za-z]{1,64}$", stream.firebase_app_id))
    ])
    error_message = "Each stream has either a measurement_id as G-AB12CD34EF or a firebase_app_id as 1:1234567890:android:321abc456def7890."
  }

  validation {
    condition = alltrue([
      for stream in values(var.streams) :
      stream.endpoint == null || contains(["https://www.google-analytics.com", "https://region1.google-analytics.com"], coalesce(stream.endpoint, "-"))
    ])
    error_message = "A stream's endpoint is https://www.google-analytics.com or https://region1.google-analytics.com."
  }

  validation {
    condition = alltrue([
      for stream in values(var.streams) :
      contains(["measurement_protocol", "data_manager"], coalesce(stream.sink, "measurement_protocol"))
      && (stream.property_id == null || can(regex("^[0-9]{1,20}$", stream.property_id)))
    ])
    error_message = "A stream's sink is measurement_protocol or data_manager, and its property_id is digits."
  }

  validation {
    condition = alltrue([
      for stream in values(var.streams) :
      coalesce(stream.sink, "measurement_protocol") == "data_manager" ? stream.property_id != null : stream.api_secret && stream.ads == null
    ])
    error_message = "A stream of sink data_manager needs a property_id. Any other needs its api_secret, and has no ads."
  }

  validation {
    condition = alltrue(flatten([
      for stream in values(var.streams) : [
        for id in values(stream.ads) : can(regex("^[0-9-]{1,20}$", id)) if id != null
      ] if stream.ads != null
    ]))
    error_message = "The ids of ads are digits, those of accounts with or without hyphens: 123-456-7890."
  }
}

variable "sink" {
  description = "How new orders and events go to GA4: measurement_protocol, or data_manager. docs/guides say what a switch means. With streams, each has its own."
  type        = string
  default     = "measurement_protocol"
  nullable    = false

  validation {
    condition     = contains(["measurement_protocol", "data_manager"], var.sink)
    error_message = "sink is measurement_protocol or data_manager."
  }

  validation {
    condition     = var.sink == "measurement_protocol" || (var.property_id != null && length(var.streams) == 0)
    error_message = "sink data_manager needs property_id; with streams, each has its own sink."
  }
}

variable "api_secret" {
  description = "Whether the Measurement Protocol's secret is kept. With sink data_manager, orders that were sent before are refunded by it; false where there are none. With streams, each has its own."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.api_secret || var.sink == "data_manager" || length(var.streams) > 0
    error_message = "Without api_secret, sink is data_manager."
  }
}

variable "event_status" {
  description = "Where a stream has a property_id: how long after Google took an event it is first asked what became of it, and how often the function asks (cron, UTC). More often than every ten minutes takes more of the quota that sending needs."
  type = object({
    after_seconds = optional(number)
    schedule      = optional(string, "*/10 * * * *")
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.event_status.after_seconds >= 0 && var.event_status.after_seconds <= 3600 && floor(var.event_status.after_seconds) == var.event_status.after_seconds, var.event_status.after_seconds == null)
    error_message = "after_seconds is 0 to 3600."
  }

  validation {
    condition     = length(split(" ", var.event_status.schedule)) == 5
    error_message = "schedule is a cron expression of five parts."
  }
}

variable "routes" {
  description = "Which event goes to which of streams: rules { to = NAME, when = {…} }, of which the first that matches counts. docs/guides/streams.md has the conditions."
  # Each rule has conditions of its own, so that no list of one type holds them.
  type     = any
  default  = []
  nullable = false

  validation {
    condition     = can([for rule in var.routes : var.streams[rule.to]])
    error_message = "routes is a list of rules, and `to` of each is the name of one of streams."
  }

  validation {
    condition     = length(var.streams) < 2 || length(var.routes) > 0
    error_message = "With several streams, routes says which event goes where."
  }
}

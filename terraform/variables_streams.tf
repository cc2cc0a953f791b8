variable "streams" {
  description = "Several streams of GA4 instead of measurement_id, by name. Each has the measurement_id of a web stream or the firebase_app_id of an app stream, and gets a secret of its own."
  type = map(object({
    endpoint        = optional(string)
    firebase_app_id = optional(string)
    measurement_id  = optional(string)
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

variable "customer_managed_key" {
  description = "Key that encrypts the messages; null leaves that to Google."
  type        = string
  default     = null
}

variable "labels" {
  description = "Labels of the topic and its subscription."
  type        = map(string)
  default     = {}
}

variable "name" {
  description = "Name of the topic; its subscription's is made from it."
  type        = string
}

variable "project" {
  description = "Project of the topic."
  type        = string
}

variable "publishers" {
  description = "Who may publish: a stable key for each member."
  type        = map(string)
  default     = {}
}

variable "pubsub_agent" {
  description = "Pub/Sub's own agent in the project, as a member."
  type        = string
}

variable "pull_retention_days" {
  description = "How long unread messages wait where nothing is pushed."
  type        = number
  default     = 31
}

variable "push" {
  description = "Where messages are pushed to, and how; null makes a subscription that is pulled."
  type = object({
    ack_deadline_seconds    = number
    dead_letter_topic       = string
    endpoint                = string
    invoker                 = string
    maximum_attempts        = number
    maximum_backoff_seconds = number
    minimum_backoff_seconds = number
    ordered                 = bool
    retention_days          = number
  })
  default = null
}

variable "region" {
  description = "The only region that may keep messages."
  type        = string
}

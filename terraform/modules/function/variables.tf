variable "build" {
  description = "Who builds the function's image, where, and where it is kept."
  type = object({
    repository      = string
    service_account = string
    worker_pool     = optional(string)
  })
}

variable "customer_managed_key" {
  description = "Key that encrypts the function's source and image; null leaves that to Google."
  type        = string
  default     = null
}

variable "description" {
  description = "What the function does, in a few words."
  type        = string
}

variable "entry_point" {
  description = "Name of the Python function, which is that of its folder."
  type        = string
}

variable "ingress" {
  description = "Where requests may come from: ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY."
  type        = string
}

variable "invokers" {
  description = "Who may call it: a stable key for each member."
  type        = map(string)
  default     = {}
}

variable "labels" {
  description = "Labels of the function."
  type        = map(string)
  default     = {}
}

variable "prefix" {
  description = "What its name and its service account's start with."
  type        = string
}

variable "project" {
  description = "Project of the function."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "runtime" {
  description = "Google's name for the version of Python."
  type        = string
}

variable "settings" {
  description = "Its environment; never a secret, only where secrets are."
  type        = map(string)
}

variable "size" {
  description = "What one instance has, and how many there may be."
  type = object({
    concurrency     = number
    cpu             = number
    max_instances   = number
    memory_mib      = number
    min_instances   = number
    timeout_seconds = number
  })
}

variable "source_object" {
  description = "The bucket and the object that hold its zip."
  type = object({
    bucket     = string
    generation = optional(number)
    name       = string
  })
}

variable "vpc" {
  description = "Connector for its outgoing traffic, and which traffic takes it; null takes none."
  type = object({
    connector = string
    egress    = string
  })
  default = null
}

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
  description = "The G-… of the GA4 web stream. It is required, unless streams names several."
  type        = string
  default     = null

  validation {
    condition     = (var.measurement_id != null) != (length(var.streams) > 0)
    error_message = "Give measurement_id, or streams instead of it."
  }

  validation {
    condition     = var.measurement_id == null || can(regex("^G-[A-Z0-9]{1,20}$", var.measurement_id))
    error_message = "measurement_id is G- and capitals or digits, as GA4 shows it: Admin, Data streams."
  }
}

variable "property_id" {
  description = "The number of the GA4 property, which sink data_manager needs. With streams, each has its own."
  type        = string
  default     = null

  validation {
    condition     = var.property_id == null || can(regex("^[0-9]{1,20}$", var.property_id))
    error_message = "property_id is digits, as GA4 shows it: Admin, Property details."
  }

  validation {
    condition     = var.property_id == null || length(var.streams) == 0
    error_message = "With streams, each has a property_id of its own."
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

variable "project_number" {
  description = "Number of the project; null reads it, for which the Cloud Resource Manager API must be enabled before the first plan."
  type        = string
  default     = null

  validation {
    condition     = var.project_number == null || can(regex("^[0-9]{6,20}$", var.project_number))
    error_message = "project_number is digits: gcloud projects describe PROJECT --format='value(projectNumber)'."
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

variable "service_agents" {
  description = "E-mail addresses of Google's own agents, by name, where they are created beside the module, as by modules/pubsub_agent. The others follow from the project's number."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.service_agents), local.agent_names)) == 0
    error_message = "Agents are ${join(", ", local.agent_names)}."
  }
}

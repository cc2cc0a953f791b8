variable "audit_secrets" {
  description = "Whether every reading of a secret is on record. The setting is the whole project's: of several deployments in one project, one makes it."
  type        = bool
  default     = true
  nullable    = false
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

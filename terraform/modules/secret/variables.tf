variable "customer_managed_key" {
  description = "Key in the secret's region that encrypts it; null leaves that to Google."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the secret and its values."
  type        = bool
}

variable "labels" {
  description = "Labels of the secret."
  type        = map(string)
  default     = {}
}

variable "name" {
  description = "Name of the secret."
  type        = string
}

variable "project" {
  description = "Project of the secret."
  type        = string
}

variable "readers" {
  description = "Who may read its values: a stable key for each member."
  type        = map(string)
}

variable "region" {
  description = "Where the secret is kept."
  type        = string
}

variable "rotation" {
  description = "The topic that is notified, every period, that a new value is due; null notifies nobody."
  type = object({
    period_days = number
    topic       = string
  })
  default = null
}

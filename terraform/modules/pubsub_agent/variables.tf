variable "project" {
  description = "Project of the agent."
  type        = string
}

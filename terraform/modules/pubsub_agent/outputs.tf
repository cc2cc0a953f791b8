output "email" {
  description = "E-mail address of the agent, for service_agents of the connectors."
  value       = google_project_service_identity.main.email
}

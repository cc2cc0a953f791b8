output "secrets" {
  description = "Each secret, and the command that puts its value in."
  value       = module.connectors.secrets
}

output "webhook_urls" {
  description = "What to enter at each payment provider."
  value       = module.connectors.webhook_urls
}

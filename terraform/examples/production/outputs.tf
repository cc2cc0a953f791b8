output "bundles" {
  description = "The zip of each function, as it is deployed, and its SHA-256."
  value       = module.connectors.bundles
  sensitive   = true
}

output "dead_letter_subscriptions" {
  description = "What to pull dead letters from, by the function they were for."
  value       = module.connectors.dead_letter_subscriptions
}

output "functions" {
  description = "Each function: its name and that of its Cloud Run service, its address, and the account it runs as."
  value       = module.connectors.functions
  sensitive   = true
}

output "public_access_commands" {
  description = "What lets senders without a Google identity in, once for each public function; empty where a grant does."
  value       = module.connectors.public_access_commands
}

output "secrets" {
  description = "Each secret: what it is, and the command that puts its value in. Run these after the first apply."
  value       = module.connectors.secrets
}

output "settings" {
  description = "The environment of each function. Every connectors command reads it: terraform output -json settings > settings.json, then --settings settings.json. It holds no secret."
  value       = module.connectors.settings
  sensitive   = true
}

output "store" {
  description = "The ledger, as STORE names it."
  value       = module.connectors.store
  sensitive   = true
}

output "topics" {
  description = "Where to publish, by the function that listens."
  value       = module.connectors.topics
}

output "webhook_urls" {
  description = "What to enter at each payment provider. With a load balancer: the same paths, at its address."
  value       = module.connectors.webhook_urls
}

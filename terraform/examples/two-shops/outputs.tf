output "bundles" {
  description = "Of each shop: The zip of each function, as it is deployed, and its SHA-256."
  value       = { for shop, connectors in module.connectors : shop => connectors.bundles }
  sensitive   = true
}

output "dead_letter_subscriptions" {
  description = "Of each shop: What to pull dead letters from, by the function they were for."
  value       = { for shop, connectors in module.connectors : shop => connectors.dead_letter_subscriptions }
}

output "functions" {
  description = "Of each shop: Each function: its name and that of its Cloud Run service, its address, and the account it runs as."
  value       = { for shop, connectors in module.connectors : shop => connectors.functions }
  sensitive   = true
}

output "public_access_commands" {
  description = "Of each shop: What lets senders without a Google identity in, once for each public function; empty where a grant does."
  value       = { for shop, connectors in module.connectors : shop => connectors.public_access_commands }
}

output "secrets" {
  description = "Of each shop: Each secret: what it is, and the command that puts its value in. Run these after the first apply."
  value       = { for shop, connectors in module.connectors : shop => connectors.secrets }
}

output "settings" {
  description = "Of each shop: The environment of each function. Every connectors command reads it: terraform output -json settings > settings.json, then --settings settings.json. It holds no secret."
  value       = { for shop, connectors in module.connectors : shop => connectors.settings }
  sensitive   = true
}

output "store" {
  description = "Of each shop: The ledger, as STORE names it."
  value       = { for shop, connectors in module.connectors : shop => connectors.store }
  sensitive   = true
}

output "topics" {
  description = "Of each shop: Where to publish, by the function that listens."
  value       = { for shop, connectors in module.connectors : shop => connectors.topics }
}

output "webhook_urls" {
  description = "Of each shop: What to enter at each payment provider. With a load balancer: the same paths, at its address."
  value       = { for shop, connectors in module.connectors : shop => connectors.webhook_urls }
}

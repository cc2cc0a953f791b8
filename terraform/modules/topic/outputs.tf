output "name" {
  description = "Whole name of the topic, as the settings want it."
  value       = "projects/${var.project}/topics/${google_pubsub_topic.main.name}"
}

output "subscription" {
  description = "Name of the topic's subscription."
  value = one(concat(
    google_pubsub_subscription.push[*].name,
    google_pubsub_subscription.pull[*].name,
  ))
}

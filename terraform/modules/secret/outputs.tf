output "add_version_command" {
  description = "Reads a value from standard input, which ends with Ctrl-D, and makes it the newest."
  value = join(" ", [
    "gcloud secrets versions add ${google_secret_manager_secret.main.secret_id}",
    "--project=${var.project} --data-file=-",
  ])
}

output "reference" {
  description = "What a setting says of the secret: its newest version is read."
  value       = "projects/${var.project}/secrets/${google_secret_manager_secret.main.secret_id}"
}

resource "google_cloudfunctions2_function" "main" {
  project      = var.project
  location     = var.region
  name         = local.name
  description  = var.description
  labels       = var.labels
  kms_key_name = var.customer_managed_key

  build_config {
    runtime           = var.runtime
    entry_point       = var.entry_point
    service_account   = var.build.service_account
    docker_repository = var.build.repository

    source {
      storage_source {
        bucket = var.source_object.bucket
        object = var.source_object.name
      }
    }
  }

  service_config {
    service_account_email = google_service_account.main.email
    environment_variables = var.settings

    available_cpu                    = tostring(var.size.cpu)
    available_memory                 = "${var.size.memory_mib}Mi"
    max_instance_request_concurrency = var.size.concurrency
    min_instance_count               = var.size.min_instances
    max_instance_count               = var.size.max_instances
    timeout_seconds                  = var.size.timeout_seconds

    # Pub/Sub and Scheduler of the project count as internal, so that only a public function can be
    # reached from the internet at all.
    ingress_settings = var.public ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"

    vpc_connector                 = try(var.vpc.connector, null)
    vpc_connector_egress_settings = try(var.vpc.egress, null)
  }
}

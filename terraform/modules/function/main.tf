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
    worker_pool       = var.build.worker_pool

    source {
      storage_source {
        bucket = var.source_object.bucket
        object = var.source_object.name
        # An object that was replaced by hand is built again, or the build says so.
        generation = var.source_object.generation
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
    ingress_settings                 = var.ingress

    vpc_connector                 = try(var.vpc.connector, null)
    vpc_connector_egress_settings = try(var.vpc.egress, null)
  }
}

# The APIs the deployment needs. They stay enabled when it is torn down: others may use them.
resource "google_project_service" "main" {
  for_each = toset(concat(
    [
      "artifactregistry.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudfunctions.googleapis.com",
      "cloudresourcemanager.googleapis.com",
      "firestore.googleapis.com",
      "iam.googleapis.com",
      "logging.googleapis.com",
      "monitoring.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ],
    local.uses_data_manager ? ["datamanager.googleapis.com"] : [],
    local.scheduled ? ["cloudscheduler.googleapis.com"] : [],
    length(local.tables) > 0 || local.export != null ? ["bigquery.googleapis.com"] : [],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
    var.vpc == null ? [] : ["vpcaccess.googleapis.com"],
  ))

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

# An API that was enabled a moment ago still refuses for a while. What uses one waits for this.
resource "time_sleep" "services" {
  create_duration = "60s"
  triggers        = { services = join(" ", sort(keys(google_project_service.main))) }

  depends_on = [google_project_service.main]
}

# Its number stands in the addresses of Google's agents. Reading it needs the Cloud Resource Manager
# API before the first plan: README.md, First apply.
data "google_project" "main" {
  count = var.project_number == null ? 1 : 0

  project_id = var.project
}

# Asking for the agent of Cloud Storage makes it, where the project has none yet.
data "google_storage_project_service_account" "main" {
  count = var.customer_managed_key == null ? 0 : 1

  project = var.project

  depends_on = [time_sleep.services]
}

locals {
  project_number = var.project_number == null ? data.google_project.main[0].number : var.project_number

  # Accounts that act for Google's own services in this project.
  _agent_domains = {
    artifact_registry = "gcp-sa-artifactregistry.iam.gserviceaccount.com"
    cloud_run         = "serverless-robot-prod.iam.gserviceaccount.com"
    firestore         = "gcp-sa-firestore.iam.gserviceaccount.com"
    functions         = "gcf-admin-robot.iam.gserviceaccount.com"
    pubsub            = "gcp-sa-pubsub.iam.gserviceaccount.com"
    secret_manager    = "gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage           = "gs-project-accounts.iam.gserviceaccount.com"
  }
  agent_names = keys(local._agent_domains)
  agents = merge(
    { for name, domain in local._agent_domains : name => "service-${local.project_number}@${domain}" },
    var.customer_managed_key == null ? {} : { storage = data.google_storage_project_service_account.main[0].email_address },
    var.service_agents,
  )
}

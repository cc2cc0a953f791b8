# The APIs the deployment needs. They stay enabled when it is torn down: others may use them.
resource "google_project_service" "main" {
  for_each = toset(concat(
    [
      "artifactregistry.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudfunctions.googleapis.com",
      "firestore.googleapis.com",
      "iam.googleapis.com",
      "logging.googleapis.com",
      "monitoring.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ],
    local.scheduled ? ["cloudscheduler.googleapis.com"] : [],
    length(local.tables) > 0 || local.export != null ? ["bigquery.googleapis.com"] : [],
    var.vpc == null ? [] : ["vpcaccess.googleapis.com"],
  ))

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

# Its number stands in the addresses of Google's agents. Reading it needs the Cloud Resource Manager
# API before the first plan: README.md, First apply.
data "google_project" "main" {
  project_id = var.project
}

locals {
  # Accounts that act for Google's own services in this project.
  agents = {
    artifact_registry = "service-${data.google_project.main.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    cloud_run         = "service-${data.google_project.main.number}@serverless-robot-prod.iam.gserviceaccount.com"
    firestore         = "service-${data.google_project.main.number}@gcp-sa-firestore.iam.gserviceaccount.com"
    functions         = "service-${data.google_project.main.number}@gcf-admin-robot.iam.gserviceaccount.com"
    pubsub            = "service-${data.google_project.main.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    secret_manager    = "service-${data.google_project.main.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage           = "service-${data.google_project.main.number}@gs-project-accounts.iam.gserviceaccount.com"
  }
}

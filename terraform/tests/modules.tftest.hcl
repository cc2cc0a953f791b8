# What a root run cannot see: the resources inside each child module.

mock_provider "google" {}

run "a_public_function" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    project       = "my-project"
    region        = "europe-west1"
    prefix        = "ga4"
    description   = "Takes webhooks"
    entry_point   = "payment_webhook"
    runtime       = "python313"
    ingress       = "ALLOW_ALL"
    invokers      = { everybody = "allUsers" }
    settings      = { GA4_MEASUREMENT_ID = "G-AB12CD34EF" }
    build         = { repository = "r", service_account = "s", worker_pool = "w" }
    source_object = { bucket = "b", generation = 7, name = "payment_webhook/1.zip" }
    size = {
      concurrency     = 40
      cpu             = 1
      max_instances   = 20
      memory_mib      = 512
      min_instances   = 0
      timeout_seconds = 60
    }
  }

  assert {
    condition = (
      google_cloudfunctions2_function.main.name == "ga4-payment-webhook"
      && google_cloudfunctions2_function.main.build_config[0].entry_point == "payment_webhook"
    )
    error_message = "Its name is its folder's, with the prefix; its entry point is its folder's as it is."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.main.build_config[0].source[0].storage_source[0].generation == 7
      && google_cloudfunctions2_function.main.build_config[0].worker_pool == "w"
    )
    error_message = "It is built from the object's generation, in the pool that was named."
  }

  assert {
    condition     = google_service_account.main.account_id == "ga4-payment-webhook"
    error_message = "It runs as an account of its own."
  }

  assert {
    condition     = google_cloudfunctions2_function.main.service_config[0].ingress_settings == "ALLOW_ALL"
    error_message = "A provider reaches it from the internet."
  }

  assert {
    condition     = { for key, grant in google_cloud_run_service_iam_member.invokers : key => grant.member } == { everybody = "allUsers" }
    error_message = "Anybody may call it; the signature decides."
  }
}

run "a_function_that_is_not_public" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    project       = "my-project"
    region        = "europe-west1"
    prefix        = "ga4"
    description   = "Tells renewals"
    entry_point   = "subscription_renewal"
    runtime       = "python313"
    ingress       = "ALLOW_INTERNAL_ONLY"
    invokers      = { push = "serviceAccount:push@my-project.iam.gserviceaccount.com" }
    settings      = {}
    build         = { repository = "r", service_account = "s" }
    source_object = { bucket = "b", name = "subscription_renewal/1.zip" }
    size = {
      concurrency     = 40
      cpu             = 1
      max_instances   = 20
      memory_mib      = 512
      min_instances   = 0
      timeout_seconds = 60
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.main.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "The internet does not reach it."
  }

  assert {
    condition = [for grant in google_cloud_run_service_iam_member.invokers : grant.member] == [
      "serviceAccount:push@my-project.iam.gserviceaccount.com",
    ]
    error_message = "Only its subscription's account may call it."
  }
}

run "a_topic_that_is_pushed" {
  command = plan

  module {
    source = "./modules/topic"
  }

  variables {
    project      = "my-project"
    region       = "europe-west1"
    name         = "ga4-renewals"
    pubsub_agent = "serviceAccount:agent"
    publishers   = { payment_webhook = "serviceAccount:webhook" }
    push = {
      ack_deadline_seconds    = 90
      dead_letter_topic       = "projects/my-project/topics/ga4-renewals-dead-letter"
      endpoint                = "https://renewal.example"
      invoker                 = "push@my-project.iam.gserviceaccount.com"
      maximum_attempts        = 50
      maximum_backoff_seconds = 600
      minimum_backoff_seconds = 10
      ordered                 = true
      retention_days          = 7
    }
  }

  assert {
    condition = (
      google_pubsub_subscription.push[0].push_config[0].oidc_token[0].service_account_email == "push@my-project.iam.gserviceaccount.com"
      && google_pubsub_subscription.push[0].push_config[0].oidc_token[0].audience == "https://renewal.example"
    )
    error_message = "Each push carries a token that is made out to the function."
  }

  assert {
    condition = (
      google_pubsub_subscription.push[0].dead_letter_policy[0].max_delivery_attempts == 50
      && google_pubsub_subscription.push[0].dead_letter_policy[0].dead_letter_topic == "projects/my-project/topics/ga4-renewals-dead-letter"
    )
    error_message = "After the last attempt a message goes to the dead letters."
  }

  assert {
    condition     = google_pubsub_subscription.push[0].message_retention_duration == "604800s" && google_pubsub_subscription.push[0].expiration_policy[0].ttl == ""
    error_message = "Messages wait for a week, the subscription for ever."
  }

  assert {
    condition     = google_pubsub_subscription_iam_member.agent[0].role == "roles/pubsub.subscriber"
    error_message = "Pub/Sub's agent may move a message to the dead letters."
  }

  assert {
    condition     = length(google_pubsub_subscription.pull) == 0
    error_message = "It is pushed and not pulled."
  }
}

run "a_topic_that_is_pulled" {
  command = plan

  module {
    source = "./modules/topic"
  }

  variables {
    project      = "my-project"
    region       = "europe-west1"
    name         = "ga4-renewals-dead-letter"
    pubsub_agent = "serviceAccount:agent"
  }

  assert {
    condition     = google_pubsub_subscription.pull[0].message_retention_duration == "2678400s"
    error_message = "Dead letters wait for a person for a month."
  }
}

run "a_secret" {
  command = plan

  module {
    source = "./modules/secret"
  }

  variables {
    project             = "my-project"
    region              = "europe-west1"
    name                = "ga4-api-secret"
    readers             = { payment_webhook = "serviceAccount:webhook" }
    deletion_protection = true
    rotation            = { period_days = 90, topic = "projects/my-project/topics/ga4-secret-rotation" }
  }

  assert {
    condition     = { for key, grant in google_secret_manager_secret_iam_member.readers : key => grant.role } == { payment_webhook = "roles/secretmanager.secretAccessor" }
    error_message = "Its readers may read it, and nobody else."
  }

  assert {
    condition     = google_secret_manager_secret.main.rotation[0].rotation_period == "7776000s"
    error_message = "A new value is asked for after the period."
  }

  assert {
    condition     = google_secret_manager_secret.main.replication[0].user_managed[0].replicas[0].location == "europe-west1"
    error_message = "It is kept where the functions run."
  }
}

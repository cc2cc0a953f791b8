# Apply, plan again: nothing is left to do. tests/terraform looks at the second plan. The google
# provider is mocked, so what this shows is that the configuration itself asks for no change: no time,
# no random value, no order that differs from run to run.

mock_provider "google" {}
mock_provider "time" {}

variables {
  project        = "my-project"
  project_number = "123456789012"
  region         = "europe-west1"
  measurement_id = "G-AB12CD34EF"

  # Few functions: a state holds every file of each, and Terraform copies it with each resource.
  functions            = { payment_webhook = {}, subscription_renewal = {} }
  notification_emails  = ["oncall@shop.example"]
  payment_providers    = { stripe = { api_key = true, second_secret = true } }
  secret_rotation_days = 90
}

run "first_apply" {
  command = apply
}

run "second_plan" {
  command = plan
}

# The way back of a rotation: the other secret goes, with everything else protected.
run "rotation_is_over" {
  command = apply

  variables {
    payment_providers = { stripe = { api_key = true } }
  }

  assert {
    condition     = !contains(keys(output.secrets), "stripe-signing-2")
    error_message = "The other secret is gone."
  }
}

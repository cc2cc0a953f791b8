"""What a cold start loads: a function's own handler and no client it may not need."""

import json
import subprocess
import sys

import pytest

from shared.providers.registry import PROVIDERS
from shared.settings.shapes import SHAPES
from tests.support.places import ROOT

_PUSHED = ("context_capture", "data_enrichment", "offline_event", "subscription_renewal")
_COLLECTING = """
import gc, shared.collector
passes = []
gc.callbacks.append(lambda phase, _: passes.append(phase))
import functions.{name}.main
print(passes, gc.get_threshold()[0])
shared.collector.spare_what_stays()
print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0])
"""
_LOADED = "import json, sys, functions.{name}.main; print(json.dumps(sorted(sys.modules)))"


def loaded(name: str) -> frozenset[str]:
    """Return the modules a process has after importing a function."""
    return frozenset(json.loads(_printed(_LOADED, name)))


def _printed(script: str, name: str) -> str:
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script.format(name=name)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ran.stdout


@pytest.mark.parametrize("name", SHAPES)
def test_a_function_loads_its_own_handler_only(name: str) -> None:
    """Each module costs a cold start. Reconciliation repairs with the payments' handler."""
    modules = loaded(name)
    handlers = {
        "reconciliation" if module == "shared.reconciliation.handler" else module.split(".")[-1]
        for module in modules
        if module.startswith("shared.handlers.") or module == "shared.reconciliation.handler"
    }

    repairing = {"payment_webhook"} if name == "reconciliation" else set[str]()
    assert handlers & SHAPES.keys() == {name} | repairing
    assert not modules & {"google.cloud.secretmanager_v1", "google.cloud.bigquery", "grpc"}


@pytest.mark.parametrize("name", ["payment_webhook", *_PUSHED])
def test_no_provider_is_loaded_before_it_sends_and_no_api_before_it_is_asked(name: str) -> None:
    """A shop has one or two providers, and most deliveries carry all there is to know."""
    providers = [f"shared.providers.{provider}" for provider in PROVIDERS]
    later = (*providers, "shared.provider_api.", "shared.stripe_api.")

    assert not [module for module in loaded(name) if module.startswith(later)]


def test_a_capture_loads_no_way_to_ga4() -> None:
    """Most captures come before their event; what waits for one loads the way to GA4."""
    way = {"httpx", "aiohttp", "shared.http_client", "shared.delivery.sender", "shared.ga4.check"}

    assert not loaded("context_capture") & way
    assert loaded("offline_event") >= way


def test_nothing_is_collected_until_the_handler_is_made() -> None:
    """Each pass over what was just loaded finds nothing, and takes 2 ms."""
    assert _printed(_COLLECTING, "payment_webhook") == "[] 200000\nTrue 10000\n"

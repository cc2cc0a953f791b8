"""Every setting: good, bad, missing; all problems at once, by name and never with a value."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attribution.policy import Late, Policy, Unattributed
from shared.errors import MisconfiguredError
from shared.providers.registry import PROVIDERS
from shared.providers.stripe import StripeOptions
from shared.secrets.reference import ManagedSecret, SecretFile
from shared.settings.common import Settings
from shared.settings.limits import Limits
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.providers import Provider
from shared.settings.reader import read_settings
from shared.settings.shapes import setting_names
from shared.settings.streams import Stream, Streams
from shared.stores.location import FirestoreName, SqliteFile
from shared.stores.retention import Retention
from tests.support.rows import every

ONLY_STRIPE = '{"stripe": {"secret": "projects/shop/secrets/stripe"}}'
REQUIRED = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "GA4_API_SECRET": "projects/shop/secrets/ga4",
    "PAYMENT_PROVIDERS": ONLY_STRIPE,
    "STORE": "sqlite:ledger.sqlite",
}
STRIPE = ManagedSecret("projects/shop/secrets/stripe/versions/latest")


def read(**changes: str) -> PaymentSettings:
    """Read settings that are complete but for these changes."""
    return read_settings({**REQUIRED, **changes}, read_payment_settings)


def problems(environment: dict[str, str]) -> tuple[str, ...]:
    """Return what is wrong with settings."""
    with pytest.raises(MisconfiguredError) as caught:
        read_settings(environment, read_payment_settings)
    return caught.value.problems


def test_four_settings_are_enough() -> None:
    """Everything else has the README's default."""
    assert read() == PaymentSettings(
        common=Settings(
            streams=Streams(
                {
                    "default": Stream(
                        "default",
                        "G-TEST123",
                        None,
                        ManagedSecret("projects/shop/secrets/ga4/versions/latest"),
                        "https://www.google-analytics.com",
                    )
                }
            ),
            store=SqliteFile("ledger.sqlite"),
            retention=Retention(timedelta(days=90), timedelta(days=400)),
            gross=False,
            user_data=False,
            policy=Policy(Unattributed.SEND, Late.SEND_NOW),
            accept_test_events=False,
            firestore_emulator=None,
            pubsub_emulator=None,
            renewal_event_name="purchase",
            personal_data_exemptions=frozenset(),
            secret_manager_emulator=None,
            send_unknown_refunds=True,
            owner_wait_seconds=300,
            context_wait_seconds=0,
            ignored_retention=timedelta(0),
            debug=False,
            status_after=timedelta(minutes=30),
            limits=Limits(deadline_seconds=9, deliveries_in_flight=100),
        ),
        providers={
            "stripe": Provider(
                "stripe",
                PROVIDERS["stripe"],
                (STRIPE,),
                StripeOptions(
                    payment_intents=False,
                    transaction_id_keys=("ga_transaction_id", "order_id"),
                ),
            )
        },
        renewals_topic=None,
        enrichment_topic=None,
        stripe_api="https://api.stripe.com",
        apis={"mollie": "https://api.mollie.com"},
    )


def _named(value: object) -> str:
    """Name a value the same in every process: two run the tests, and must agree on the names."""
    return str(sorted(value)) if isinstance(value, frozenset) else str(value)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"REQUEST_DEADLINE_SECONDS": "540"}, "limits", Limits(deadline_seconds=540)),
        ({"MAX_DELIVERIES_IN_FLIGHT": "1"}, "limits", Limits(deliveries_in_flight=1)),
        ({"STORE": "sqlite:folder/ledger.db"}, "store", SqliteFile("folder/ledger.db")),
        ({"STORE": "sqlite::memory:"}, "store", SqliteFile(":memory:")),
        ({"STORE": "firestore:shop/(default)"}, "store", FirestoreName("shop", "(default)")),
        ({"STORE": "firestore:a.b:shop/ga4-1"}, "store", FirestoreName("a.b:shop", "ga4-1")),
        ({"FIRESTORE_EMULATOR_HOST": "[::1]:9000"}, "firestore_emulator", "[::1]:9000"),
        ({"VALUE_BASIS": "net"}, "gross", False),
        ({"VALUE_BASIS": "GROSS"}, "gross", True),
        ({"ACCEPT_TEST_EVENTS": "true"}, "accept_test_events", True),
        ({"ACCEPT_TEST_EVENTS": "False"}, "accept_test_events", False),
        ({"GA4_DEBUG": "true"}, "debug", True),
        (
            {"UNATTRIBUTED_EVENTS": "withhold"},
            "policy",
            Policy(Unattributed.WITHHOLD, Late.SEND_NOW),
        ),
        (
            {"LATE_EVENTS": "reject"},
            "policy",
            Policy(Unattributed.SEND, Late.REJECT),
        ),
        (
            {"PERSONAL_DATA_EXEMPTIONS": "coupon, order_note"},
            "personal_data_exemptions",
            frozenset({"coupon", "order_note"}),
        ),
        (
            {"SECRET_MANAGER_EMULATOR_HOST": "127.0.0.1:9000"},
            "secret_manager_emulator",
            "127.0.0.1:9000",
        ),
        (
            {"SECRET_MANAGER_EMULATOR_HOST": "localhost:9000"},
            "secret_manager_emulator",
            "localhost:9000",
        ),
        ({"SECRET_MANAGER_EMULATOR_HOST": ""}, "secret_manager_emulator", None),
    ],
    ids=_named,
)
def test_a_good_setting_is_taken(changes: dict[str, str], field: str, value: object) -> None:
    """White space around it is none of it; words are read in any case."""
    assert value == getattr(read(**changes).common, field)


@every(
    ("name", "value"),
    [
        ("GA4_MEASUREMENT_ID", "UA-12345-1"),
        ("REQUEST_DEADLINE_SECONDS", "2"),
        ("REQUEST_DEADLINE_SECONDS", "9.5"),
        ("REQUEST_DEADLINE_SECONDS", "541"),
        ("MAX_DELIVERIES_IN_FLIGHT", "0"),
        ("MAX_DELIVERIES_IN_FLIGHT", "-5"),
        ("MAX_DELIVERIES_IN_FLIGHT", "1" * 5000),
        ("GA4_MEASUREMENT_ID", "G-abc"),
        ("GA4_MEASUREMENT_ID", "G-"),
        ("GA4_MEASUREMENT_ID", "1234567890"),
        ("GA4_API_SECRET", "sEcReT-api_value"),
        ("GA4_API_SECRET", "file:"),
        ("GA4_ENDPOINT", "http://www.google-analytics.com"),
        ("GA4_ENDPOINT", "https://evil.example"),
        ("GA4_ENDPOINT", "https://www.google-analytics.com.evil.example"),
        ("GA4_ENDPOINT", "https://www.google-analytics.com@evil.example"),
        ("GA4_ENDPOINT", "http://10.0.0.1:80"),
        ("GA4_ENDPOINT", "http://127.0.0.1"),
        ("GA4_ENDPOINT", "http://127.0.0.1:8787/mp"),
        ("GA4_ENDPOINT", "http://127.0.0.1:8787?x=1"),
        ("GA4_ENDPOINT", "http://127.0.0.1:99999"),
        ("GA4_ENDPOINT", "http://[::1"),
        ("GA4_ENDPOINT", "127.0.0.1:8787"),
        ("STORE", "sqlite:"),
        ("STORE", "ledger.sqlite"),
        ("STORE", "postgres:x"),
        ("STORE", "firestore:shop"),
        ("STORE", "firestore:shop/"),
        ("STORE", "firestore:/(default)"),
        ("STORE", "firestore:shop/default/x"),
        ("STORE", "firestore:Shop/(default)"),
        ("FIRESTORE_EMULATOR_HOST", "firestore.googleapis.com:443"),
        ("VALUE_BASIS", "both"),
        ("UNATTRIBUTED_EVENTS", "drop"),
        ("LATE_EVENTS", "never"),
        ("ACCEPT_TEST_EVENTS", "1"),
        ("ACCEPT_TEST_EVENTS", "yes"),
        ("TRANSACTION_ID_KEYS", "a,,b"),
        ("TRANSACTION_ID_KEYS", "a b"),
        ("TRANSACTION_ID_KEYS", "x" * 41),
        ("PERSONAL_DATA_EXEMPTIONS", "a-b"),
        ("SECRET_MANAGER_EMULATOR_HOST", "10.0.0.1:9000"),
        ("SECRET_MANAGER_EMULATOR_HOST", "127.0.0.1"),
        ("SECRET_MANAGER_EMULATOR_HOST", "secretmanager.googleapis.com:443"),
        ("PAYMENT_PROVIDERS", "stripe"),
        ("PAYMENT_PROVIDERS", "[]"),
        ("PAYMENT_PROVIDERS", "{}"),
        ("PAYMENT_PROVIDERS", '{"stripe": {}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": "projects/shop/secrets/stripe"}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "whsec_123"}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": []}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": ["file:a", "whsec_123"]}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": 5}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "file:a", "payment_intent": true}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "file:a", "payment_intents": "yes"}}'),
        ("PAYMENT_PROVIDERS", '{"strype": {"secret": "file:a"}}'),
        ("PAYMENT_PROVIDERS", "{" * 100_000),
    ],
    ids=lambda text: text[:60],
)
def test_a_bad_setting_is_named_without_its_value(name: str, value: str) -> None:
    """One problem, which says what is expected; a secret may stand there by mistake."""
    (problem,) = problems({**REQUIRED, name: value})

    assert problem.startswith(f"{name}: ")
    assert len(value) < 10 or value not in problem
    assert "whsec_123" not in problem
    assert "sEcReT" not in problem


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("blank", [None, "", "  "], ids=["absent", "empty", "blank"])
def test_a_required_setting_that_is_missing_is_named(name: str, blank: str | None) -> None:
    """And what it looks like is said."""
    environment = {key: value for key, value in REQUIRED.items() if key != name}
    if blank is not None:
        environment[name] = blank

    (problem,) = problems(environment)

    assert problem.startswith(f"{name}: missing; it is ")


def test_everything_that_is_wrong_is_named_at_once() -> None:
    """One deployment fixes it all."""
    found = problems({"GA4_API_SECRET": "x", "VALUE_BASIS": "x", "LATE_EVENTS": "x"})

    assert {
        "GA4_MEASUREMENT_ID",
        "GA4_API_SECRET",
        "PAYMENT_PROVIDERS",
        "STORE",
        "VALUE_BASIS",
        "LATE_EVENTS",
    } == {problem.partition(":")[0] for problem in found}


def test_the_error_is_all_problems_in_one_line() -> None:
    """As the answer and the log show it."""
    with pytest.raises(MisconfiguredError) as caught:
        read(VALUE_BASIS="x", ACCEPT_TEST_EVENTS="x")

    assert (
        str(caught.value)
        == "VALUE_BASIS: takes net or gross; ACCEPT_TEST_EVENTS: takes true or false"
    )


def test_a_provider_may_have_several_secrets() -> None:
    """While one is rotated."""
    settings = read(
        PAYMENT_PROVIDERS=json.dumps(
            {"stripe": {"secret": ["file:old", "projects/shop/secrets/stripe"]}}
        )
    )

    assert settings.providers["stripe"].secrets == (SecretFile("old"), STRIPE)


def test_payment_intents_are_an_option_of_stripe() -> None:
    """Beside the keys of the transaction id, which are one setting for all providers."""
    settings = read(
        PAYMENT_PROVIDERS='{"stripe": {"secret": "file:a", "payment_intents": true}}',
        TRANSACTION_ID_KEYS="cart , order",
    )

    assert settings.providers["stripe"].options == StripeOptions(
        payment_intents=True, transaction_id_keys=("cart", "order")
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        pytest.param('{"secret": "file:a", "colour": 1}', "does not exist", id="no such option"),
        pytest.param(
            '{"secret": "file:a", "invoices": "yes"}',
            "invoices takes true or false",
            id="another type",
        ),
        pytest.param(
            '{"secret": "file:a", "transaction_id_keys": ["a"]}',
            "TRANSACTION_ID_KEYS",
            id="a setting of its own",
        ),
        pytest.param('{"secret": "file:a", "api_key": "rk_live_1"}', "api_key", id="a key itself"),
        pytest.param('{"secret": "file:a", "item_id": "sku"}', "item_id", id="no such item id"),
    ],
)
def test_a_wrong_option_is_named_and_its_value_is_not(entry: str, problem: str) -> None:
    """Whoever put a secret in the wrong place does not find it in a log."""
    (found,) = problems({**REQUIRED, "PAYMENT_PROVIDERS": f'{{"stripe": {entry}}}'})

    assert found.startswith("PAYMENT_PROVIDERS: ")
    assert problem in found.replace("`", "")
    assert "rk_live_1" not in found


def test_a_key_is_taken_where_an_api_is_asked() -> None:
    """Anybody's webhooks can be of the standard form: there is no API of theirs."""
    (found,) = problems(
        {**REQUIRED, "PAYMENT_PROVIDERS": '{"standard": {"secret": "file:a", "api_key": "file:b"}}'}
    )

    assert found.startswith("PAYMENT_PROVIDERS: standard.api_key")


@pytest.mark.parametrize("entry", ['"client_id": "x"', '"api_key": "file:b"'])
def test_an_app_of_paypals_is_an_id_and_a_secret(entry: str) -> None:
    """With one of them alone nothing can be asked."""
    given = f'{{"paypal": {{"secret": "file:a", {entry}}}}}'
    (found,) = problems({**REQUIRED, "PAYMENT_PROVIDERS": given})

    assert "client_id and api_key belong together" in found


def test_what_the_deployment_sets_for_a_provider_is_read(tmp_path: Path) -> None:
    """A root certificate from a file, and an API that is PayPal's own or on loopback."""
    root = tmp_path / "root.pem"
    root.write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    paypal = {**REQUIRED, "PAYMENT_PROVIDERS": '{"paypal": {"secret": "file:a"}}'}
    own = {"CONNECTORS_PAYPAL_ROOT": str(root), "PAYPAL_API": "http://127.0.0.1:9/"}
    options = read_settings({**paypal, **own}, read_payment_settings).providers["paypal"].options
    assert (options.root, options.api) == (root.read_text(), "http://127.0.0.1:9")

    wrong = {"CONNECTORS_PAYPAL_ROOT": str(tmp_path), "PAYPAL_API": "https://evil.example"}
    found = problems({**paypal, **wrong})
    assert [each.partition(":")[0] for each in found] == ["PAYPAL_API", "CONNECTORS_PAYPAL_ROOT"]
    assert "evil" not in "".join(found)
    in_entry = '{"paypal": {"secret": "file:a", "api": "http://127.0.0.1:9"}}'
    (refused,) = problems({**REQUIRED, "PAYMENT_PROVIDERS": in_entry})
    assert "option that does not exist" in refused


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("", "shopify.shop: missing"),
        (', "shop": "https://a.myshopify.com"', "shop takes the shop's own domain"),
        (', "shop": "shop.example"', "shop takes the shop's own domain"),
        (', "shop": "a.myshopify.com.evil.example"', "shop takes the shop's own domain"),
        (', "shop": "a.myshopify.com", "client_id": "x"', "client_id takes the app's client id"),
    ],
)
def test_a_key_of_shopifys_is_for_one_shop(options: str, problem: str) -> None:
    """It is sent to that shop's own domain, and nowhere else."""
    entry = f'{{"shopify": {{"secret": "file:a", "api_key": "file:b"{options}}}}}'
    (found,) = problems({**REQUIRED, "PAYMENT_PROVIDERS": entry})

    assert found.startswith("PAYMENT_PROVIDERS: shopify")
    assert problem in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RENEWALS_TOPIC", "just-a-name"),
        ("RENEWALS_TOPIC", "projects/p/topics/"),
        ("RENEWAL_EVENT_NAME", "session_start"),
        ("RENEWAL_EVENT_NAME", "in_app_purchase"),
        ("RENEWAL_EVENT_NAME", "2nd"),
        ("PUBSUB_EMULATOR_HOST", "pubsub.example:80"),
    ],
)
def test_what_renewals_need_is_checked(name: str, value: str) -> None:
    """A reserved name would lose every renewal, one by one."""
    (found,) = problems({**REQUIRED, name: value})

    assert found.startswith(f"{name}: ")
    assert value not in found


def test_settings_nobody_knows_are_passed_over() -> None:
    """The platform sets dozens."""
    assert read(PORT="8080", K_SERVICE="x") == read()


def test_the_names_of_all_settings_are_known() -> None:
    """For the README and the deployment to be held against."""
    assert sorted(setting_names()) == [
        "ACCEPT_TEST_EVENTS",
        "CAPTURE_BROWSER_DAYS",
        "CAPTURE_ORIGINS",
        "CAPTURE_PROXIES",
        "CAPTURE_RATE_PER_ADDRESS",
        "CAPTURE_RATE_PER_MINUTE",
        "CAPTURE_REFERENCES",
        "CAPTURE_SECRET",
        "CATALOGUE",
        "CHARGEBEE_API",
        "CONNECTORS_APPLE_ROOT",
        "CONNECTORS_PAYPAL_ROOT",
        "CONTEXT_RETENTION_DAYS",
        "CONTEXT_WAIT_SECONDS",
        "CUSTOMERS",
        "DATA_MANAGER_ENDPOINT",
        "DEAD_LETTER_TOPIC",
        "ENRICHMENT_EVENT_NAME",
        "ENRICHMENT_TOPIC",
        "EVENT_STATUS_AFTER_SECONDS",
        "FIRESTORE_EMULATOR_HOST",
        "GA4_API_SECRET",
        "GA4_DEBUG",
        "GA4_ENDPOINT",
        "GA4_EXPORT",
        "GA4_EXPORT_MAX_GIB",
        "GA4_EXPORT_OF",
        "GA4_EXPORT_STREAM",
        "GA4_MEASUREMENT_ID",
        "GA4_PROPERTY_ID",
        "IGNORED_RETENTION_DAYS",
        "LATE_EVENTS",
        "LEDGER_RETENTION_DAYS",
        "MAX_DELIVERIES_IN_FLIGHT",
        "MOLLIE_API",
        "ORDER_RETENTION_DAYS",
        "OWNER_WAIT_SECONDS",
        "PADDLE_API",
        "PAYMENT_PROVIDERS",
        "PAYPAL_API",
        "PERSONAL_DATA_EXEMPTIONS",
        "PUBSUB_EMULATOR_HOST",
        "PUSH_ACCOUNT",
        "PUSH_AUDIENCE",
        "PUSH_TOKEN",
        "RECONCILE_DAYS",
        "RECONCILE_REPAIR",
        "RENEWALS_TOPIC",
        "RENEWAL_EVENT_NAME",
        "REQUEST_DEADLINE_SECONDS",
        "REVENUECAT_API",
        "ROUTES",
        "SECRET_MANAGER_EMULATOR_HOST",
        "SHOPIFY_API",
        "SINK",
        "STORE",
        "STREAMS",
        "STRIPE_API",
        "TRANSACTION_ID_KEYS",
        "UNATTRIBUTED_EVENTS",
        "UNKNOWN_REFUNDS",
        "USER_DATA",
        "VALUE_BASIS",
        "WOOCOMMERCE_API",
    ]


def test_settings_show_no_secret() -> None:
    """They hold references only, so their repr may be logged."""
    assert "versions/latest" in repr(read())


@given(st.dictionaries(st.sampled_from(setting_names()), st.text(max_size=40)))
def test_any_environment_is_read_or_its_problems_are_named(environment: dict[str, str]) -> None:
    """Nothing else is raised, and no value of some length is repeated."""
    try:
        read_settings(environment, read_payment_settings)
    except MisconfiguredError as error:
        for name, value in environment.items():
            # A word of the message itself is there whatever the value is.
            other = problems({**environment, name: "~"})
            repeated = len(value) >= 10 and value in str(error)
            assert not repeated or value in "; ".join(other)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("RENEWALS_TOPIC", "projects/My-Shop/topics/renewals", "project ids are lower case"),
        ("RENEWALS_TOPIC", "projects/shop/topics/ab", "a topic's name has 3 to 255 characters"),
        ("RENEWALS_TOPIC", "projects/shop/topics/1st", "a topic's name begins with a letter"),
        ("RENEWALS_TOPIC", "projects/shop/topics/a b", "a topic's name holds letters"),
        ("RENEWALS_TOPIC", "projects/shop/subscriptions/abc", "part number 3 is `topics`"),
        ("RENEWALS_TOPIC", "projects/shop/topics", "4 parts with / between; this has 3"),
        ("STORE", "firestore:My-Shop/(default)", "project ids are lower case"),
        ("STORE", "firestore:shop/", "the database is missing"),
        ("STORE", "firestore:shop/Main", "a database's name is lower case"),
        ("STORE", "firestore:shop/abc", "a database's name has 4 to 63 characters"),
        ("STORE", "firestore:shop/4abc", "a database's name begins with a letter"),
        ("STORE", "firestore:shop", "2 parts with / between; this has 1"),
        ("GA4_MEASUREMENT_ID", "g-ab12", "its letters are capitals"),
        ("GA4_MEASUREMENT_ID", "UA-1-1", "Universal Analytics"),
        ("GA4_MEASUREMENT_ID", "GTM-ABC", "a tag or a container"),
        ("GA4_MEASUREMENT_ID", "123456789", "the number of a property"),
        ("GA4_ENDPOINT", "https://www.google-analytics.com/mp/collect", "without a path"),
        ("PUBSUB_EMULATOR_HOST", "10.0.0.1:8085", "not on loopback"),
        ("PUBSUB_EMULATOR_HOST", "localhost", "takes host:port"),
        ("RENEWAL_EVENT_NAME", "x" * 41, "up to 40 characters, this one 41"),
        ("RENEWAL_EVENT_NAME", "session_start", "GA4 keeps this name"),
        ("TRANSACTION_ID_KEYS", "a,,b", "key number 2 is empty"),
        ("PAYMENT_PROVIDERS", "{", "is not JSON"),
        ("PAYMENT_PROVIDERS", '{"stripe": {}, "stripe": {}}', "has the same key twice"),
        ("PAYMENT_PROVIDERS", '{"stripe": {"a": 1, "a": 2}}', "has the same key twice"),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "projects/A/secrets/x"}}', "lower case"),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "file:a", "invoice": true}}', "invoices?"),
    ],
)
def test_the_rule_that_a_value_breaks_is_told(name: str, value: str, rule: str) -> None:
    """Whoever sees a value that looks right learns what is wrong with it, and sees a right one."""
    (problem,) = problems({**REQUIRED, name: value})

    assert problem.startswith(f"{name}: ")
    assert rule in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GA4_API_SECRET", "sEcReT"),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "sEcReT"}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": ["file:a", "sEcReT"]}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "file:a", "api_key": "sEcReT"}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": "sEcReT"}'),
    ],
)
def test_a_secret_in_place_of_its_reference_was_exposed(name: str, value: str) -> None:
    """Whatever it looks like; it is to be rolled, and is not repeated."""
    (problem,) = problems({**REQUIRED, name: value})

    assert problem.startswith(f"{name}: ")
    assert "it was exposed. Roll it" in problem
    assert "sEcReT" not in problem


@pytest.mark.parametrize(
    "entry",
    [
        '{"secret": "file:a", "sEcReT": true}',
        '{"secret": "file:a", "item_id": "sEcReT"}',
        '{"secret": {"sEcReT": 1}}',
    ],
)
def test_no_text_of_a_provider_is_repeated(entry: str) -> None:
    """Names and values of options may be secrets in the wrong place."""
    (problem,) = problems({**REQUIRED, "PAYMENT_PROVIDERS": f'{{"stripe": {entry}}}'})

    assert "sEcReT" not in problem

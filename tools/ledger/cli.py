"""The `connectors ledger` commands."""

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from shared.stores.entry import State
from tools.ledger.filters import Filters
from tools.settings_source import DEFAULT, SettingsSource

Flag = Annotated[bool, Parameter(negative="")]
States = Annotated[
    tuple[State, ...], Parameter(negative="", consume_multiple=False, show_default=False)
]
Limit = Annotated[int, Parameter(validator=Number(gte=1))]

app = App(name="ledger", help="What became of each event; replays what was kept.")


@app.command(name="list")
def list_(  # noqa: PLR0913 - one option each
    *,
    store: str | None = None,
    state: States = (),
    name: str | None = None,
    since: str | None = None,
    until: str | None = None,
    source: str | None = None,
    reason: str | None = None,
    limit: Limit = 100,
    json: Flag = False,
    config: SettingsSource = DEFAULT,
) -> int:
    """List entries, the newest first.

    For example:

        connectors ledger list --state rejected --since 24h

    Args:
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        state: Only these; may be repeated.
        name: Only events of this name.
        since: Only entries made from then on: a day, a time with its zone, or 90m, 24h, 7d ago.
        until: Only entries made before then.
        source: Only entries whose source holds this text: a provider, an event's type or id.
        reason: Only entries whose reason holds this text.
        limit: How many at most.
        json: Print one line of JSON for each entry.
        config: Where the settings are.
    """
    from tools.ledger.list_show import list_entries  # noqa: PLC0415 - import cost
    from tools.ledger.store import place_of  # noqa: PLC0415 - import cost

    filters = Filters(state, name, since, until, source, reason)
    return list_entries(place_of(store, config.load()), filters, limit=limit, as_json=json)


@app.command
def show(
    key: str,
    /,
    *,
    store: str | None = None,
    json: Flag = False,
    config: SettingsSource = DEFAULT,
) -> int:
    """Show everything the ledger holds of an event. Exit status 1 when it holds nothing.

    For example:

        connectors ledger show ORD-9

    Args:
        key: A transaction id, a refund's or an event's id, or the entry's own key; where nothing
            has that, any other id that entries are about.
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        json: Print one line of JSON for each entry.
        config: Where the settings are.
    """
    from tools.ledger.list_show import show_entries  # noqa: PLC0415 - import cost
    from tools.ledger.store import place_of  # noqa: PLC0415 - import cost

    return show_entries(place_of(store, config.load()), key, as_json=json)


@app.command
def stats(
    *,
    store: str | None = None,
    since: str | None = None,
    until: str | None = None,
    json: Flag = False,
    config: SettingsSource = DEFAULT,
) -> int:
    """Count the events of the last hour and day by what became of them and whose they are.

    For example:

        connectors ledger stats --from-gcp my-shop --region europe-west1

    Args:
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        since: Count from then on instead: a day, a time with its zone, or 90m, 24h, 7d ago.
        until: Count up to then.
        json: Print one JSON object.
        config: Where the settings are.
    """
    from tools.ledger.health import show_stats  # noqa: PLC0415 - import cost
    from tools.ledger.store import place_of  # noqa: PLC0415 - import cost

    return show_stats(place_of(store, config.load()), since=since, until=until, as_json=json)


@app.command
def replay(  # noqa: PLR0913 - one option each
    *keys: str,
    store: str | None = None,
    withheld: Flag = False,
    rejected: Flag = False,
    name: str | None = None,
    since: str | None = None,
    until: str | None = None,
    source: str | None = None,
    reason: str | None = None,
    without_context: Flag = False,
    late: Flag = False,
    send: Flag = False,
    json: Flag = False,
    config: SettingsSource = DEFAULT,
) -> int:
    """Show what would be sent of entries that were kept, or send it, under the keys they have.

    Takes the settings that every function has. Nothing is changed without --send. An event whose
    client nobody knows, or that was rejected as too late, is only sent with the flag that says so.
    Exit status 1 when an event was sent and did not get through, or is rejected again, or a key
    names no entry.

    For example:

        connectors ledger replay --withheld
        connectors ledger replay ORD-9 re_1 --send

    Args:
        keys: Transaction ids, refunds' or events' ids, or entries' own keys.
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        withheld: All withheld entries: those whose context has come are sent.
        rejected: All rejected entries.
        name: Only events of this name.
        since: Only entries made from then on: a day, a time with its zone, or 90m, 24h, 7d ago.
        until: Only entries made before then.
        source: Only entries whose source holds this text.
        reason: Only entries whose reason holds this text.
        without_context: Send events whose client nobody knows too, under made-up clients. GA4 then
            counts new users, and the events never join the buyers' sessions.
        late: Send events that were rejected as older than 72 hours too, under the present time.
        send: Send.
        json: Print one line of JSON for each event.
        config: Where the settings are.
    """
    from tools.ledger.replay import Options, replay_entries  # noqa: PLC0415 - import cost

    wanted = ((State.WITHHELD, withheld), (State.REJECTED, rejected))
    states = tuple(state for state, chosen in wanted if chosen)
    filters = Filters(states, name, since, until, source, reason)
    options = Options(
        store=store, without_context=without_context, late=late, send=send, as_json=json
    )
    return replay_entries(keys, filters, config.load(), options)

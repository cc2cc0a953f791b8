"""What came of the replayed entries, as it is shown."""

from collections import Counter
from typing import Any

import msgspec

from shared.stores.entry import Entry
from tools.terminal import Terminal
from tools.visible import write_json


class Tally:
    """Reports each entry, and counts.

    Attributes:
        counts: How many came to what.
    """

    def __init__(self, *, as_json: bool, endpoint: str) -> None:
        """Say to people, or to machines in lines of JSON, what is sent to an endpoint."""
        self._endpoint = endpoint
        self.counts: Counter[str] = Counter()
        self._as_json = as_json
        self._console = Terminal()

    def report(
        self, entry: Entry, word: str, reason: str | None, body: bytes | None = None
    ) -> None:
        """Say what came of an entry.

        Args:
            entry: As it was.
            word: What came of it.
            reason: Why.
            body: What would be sent.
        """
        self.counts[word] += 1
        fact = entry.fact
        if self._as_json:
            line: dict[str, Any] = {
                "key": fact.key,
                "measurement_id": fact.measurement_id,
                "event_name": fact.event_name,
                "business_key": fact.business_key,
                "was": entry.state.value,
                "outcome": word,
                "reason": reason,
            }
            # The very bytes: no digit of an amount may change on the way.
            line |= {} if body is None else {"body": msgspec.Raw(body)}
            write_json(line)
            return
        why = f": {reason}" if reason else ""
        self._console.one_line(
            f"{fact.event_name} {fact.business_key}, {entry.state.value} → {word}{why}"
        )
        if body is not None:
            text = msgspec.json.format(body, indent=2).decode()
            self._console.print(text, soft_wrap=True)

    def sum_up(self, *, send: bool) -> None:
        """Say how many came to what.

        Args:
            send: Whether anything was sent.
        """
        if self._as_json:
            return
        counts = ", ".join(f"{word}: {count:,}" for word, count in sorted(self.counts.items()))
        self._console.one_line(counts or "no entry")
        if self.counts["would be sent"] and not send:
            self._console.one_line(
                f"nothing was sent; --send sends to {self._endpoint}, under the entries' keys"
            )
        if any(self.counts[word] for word in ("withheld", "would be withheld")):
            self._console.one_line(
                "withheld: the client is still unknown; --without-context sends under made-up ones"
            )

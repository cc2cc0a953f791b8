"""What thousands of deliveries left behind: GA4's books held against the ledger's."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from shared.stores.entry import State
from shared.stores.ledger import Ledger
from tests.faults.chance import Chance
from tests.faults.ga4 import Analytics
from tests.faults.world import REFUND, FaultyEvent

_KIB: Final = 1024


@dataclass
class Books:
    """What came of it.

    Attributes:
        deliveries: How many requests were posted.
        events: How many events they sent.
        faults: How often each came.
        copies: How many more of a purchase GA4 got than it counts.
        uncertain: How many ended so, and are at GA4; and how many are not.
        refused: How many GA4 would not have.
        wrong: What is not as it must be.
        seconds: How long it took.
        memory_kib: What the process held, after each batch.
    """

    deliveries: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    copies: int = 0
    uncertain: Counter[bool] = field(default_factory=Counter)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory_kib: list[int] = field(default_factory=list)

    async def audit(
        self, domain_event: FaultyEvent, ledger: Ledger, ga4: Analytics, chance: Chance
    ) -> None:
        """Hold one happening's entry against what GA4 has.

        Args:
            domain_event: What the provider sent.
            ledger: What we say of it.
            ga4: What GA4 has.
            chance: What went wrong with it: only an unclear end excuses what is not exactly once.
        """
        entry = await ledger.find(domain_event.key)
        state = entry.state if entry else None
        fact = domain_event.fact
        recorded, counted = ga4.recorded[fact], ga4.counted(fact)
        in_doubt = fact in chance.in_doubt or ga4.unclear[fact] > 0
        self.copies += recorded - counted
        match state:
            case State.DELIVERED | State.ACCEPTED:
                right = counted == 1 and (recorded == 1 or in_doubt)
            case State.UNCERTAIN:
                self.uncertain[recorded > 0] += 1
                right = domain_event.name == REFUND and counted <= 1 and in_doubt
            case State.REJECTED:
                self.refused += 1
                right = fact in chance.refused and (recorded == 0 or in_doubt)
            case _:
                right = False
        if not right:
            self.wrong.append(f"{domain_event}: {state}, {recorded} at GA4, in doubt: {in_doubt}")

    @property
    def growth_kib(self) -> int:
        """How much more the process holds in the last quarter than in the second one."""
        quarter = max(len(self.memory_kib) // 4, 1)
        second, last = self.memory_kib[quarter : 2 * quarter], self.memory_kib[-quarter:]
        return round(median(last) - median(second or last))

    def __str__(self) -> str:
        """Show it in a few lines."""
        first, last = (held // _KIB for held in (self.memory_kib[0], self.memory_kib[-1]))
        return "\n".join(
            [
                f"{self.deliveries:,} deliveries of {self.events:,} events, {self.seconds:.0f} s",
                *(f"  {number:>7,}  {fault}" for fault, number in self.faults.most_common()),
                f"  {len(self.wrong):>7,}  lost, doubled, or not as the ledger says",
                f"  {self.copies:>7,}  copies of purchases, which GA4 merges",
                f"  {self.uncertain[True]:>7,}  uncertain that are at GA4",
                f"  {self.uncertain[False]:>7,}  uncertain that are not",
                f"  {self.refused:>7,}  refused by GA4 for good",
                f"  {first:>7,}  MiB held after the first batch, {last:,} after the last",
            ]
        )

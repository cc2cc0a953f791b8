"""What `SqliteOrders` says to its tables."""

from typing import Final

RECORDS: Final = """
SELECT record.id, record.purchase, count(*) FROM json_each(:references) AS wanted
CROSS JOIN order_reference AS known ON known.reference = wanted.value
CROSS JOIN order_record AS record ON record.id = known.record
GROUP BY record.id
ORDER BY record.purchase IS NULL, record.id
"""

FIND: Final = """
SELECT record.id, record.purchase FROM json_each(:references) AS wanted
CROSS JOIN order_reference AS known ON known.reference = wanted.value
CROSS JOIN order_record AS record ON record.id = known.record
WHERE record.purchase IS NOT NULL
ORDER BY wanted.key LIMIT 1
"""

RECORD: Final = """
INSERT INTO order_record (purchase, expires_at) VALUES (:purchase, :expires_at)
"""

PROLONG: Final = "UPDATE order_record SET expires_at = :expires_at WHERE id = :record"

# `WHERE true`: without it SQLite takes the ON of the conflict for one of a join.
REFER: Final = """
INSERT INTO order_reference SELECT value, :record FROM json_each(:references) WHERE true
ON CONFLICT (reference) DO NOTHING
"""

ABSORB: Final = (
    "UPDATE order_reference SET record = :record WHERE record = :other",
    "UPDATE order_refund SET record = :record WHERE record = :other",
    "DELETE FROM order_record WHERE id = :other",
)

PLACE: Final = """
SELECT record.purchase, refund.before FROM order_refund AS refund
CROSS JOIN order_record AS record ON record.id = refund.record
WHERE refund.refund = :refund
"""

ACCEPTED: Final = "SELECT amount FROM order_refund WHERE record = :record"

ALLOT: Final = "INSERT INTO order_refund VALUES (:refund, :record, :amount, :before)"

"""What Google's debug server says."""

import msgspec


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """What the debug server has to say, in its own names.

    Attributes:
        validation_code: One of Google's codes; the list of them is not said to be complete.
        description: A sentence.
        field_path: Where; often missing.
    """

    validation_code: str = ""
    description: str = ""
    field_path: str = ""

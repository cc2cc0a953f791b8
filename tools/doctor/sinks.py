"""What to know of the way to GA4 that settings choose."""

from collections.abc import Iterator, Mapping

from shared.domain.sink import Sink
from shared.settings import values
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from tools.doctor.finding import Finding, warning


def examine(settings: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is odd about the sinks.

    Args:
        settings: Names and values; what cannot be read is another finding's.
    """
    reader = Reader(settings)
    streams = read_streams(reader)
    if reader.problems:
        return
    for stream in streams.by_name.values():
        about = f"stream {stream.name}"
        by_api = stream.sink is Sink.DATA_MANAGER
        if by_api and stream.endpoint == values.EU_HOST:
            yield warning(
                about,
                "the Data Manager API has no documented EU host: events leave for Google's global "
                "one, whatever GA4_ENDPOINT says",
                "stay with the Measurement Protocol where data has to stay in the EU",
            )
        if by_api and stream.api_secret is None:
            yield warning(
                about,
                "refunds of orders that were sent by the Measurement Protocol are withheld",
                f"set {stream.secret_setting}, unless no order was ever sent that way",
            )

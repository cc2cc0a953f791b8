"""The parts of a shop's pages: the tag, the snippet, and two ways to order."""

from typing import Final

STREAM: Final = "G-LOCAL00001"

SNIPPET: Final = f'<script src="/ga4-context.js" data-measurement-id="{STREAM}"></script>'
FORM: Final = f"""
<form id="order" method="post" action="/order"><button>Buy</button></form>
<script src="/ga4-context.js" data-measurement-id="{STREAM}" data-form="#order"></script>
"""
"""An order that a form posts, with its hidden fields."""


def tag(before: str = "", *, script: str = '<script async src="/gtag.js"></script>') -> str:
    """Return Google's tag as a page holds it.

    Args:
        before: What the page says to it first, such as the consent's default.
        script: The element that loads the tag itself; it may be blocked.
    """
    return f"""
<script>
window.dataLayer = window.dataLayer || [];
function gtag() {{ dataLayer.push(arguments); }}
{before}
gtag("js", new Date());
gtag("config", "{STREAM}");
</script>
{script}
"""


def request(options: str = "{}") -> str:
    """Return a checkout that sends what the snippet returns with a request of its own.

    Args:
        options: The snippet's, as JavaScript.
    """
    return f"""
{SNIPPET}
<button onclick="order()">Buy</button>
<script>
async function order() {{
  const context = await ga4Context({options});
  const headers = {{ "Content-Type": "application/json" }};
  await fetch("/order", {{ method: "POST", headers, body: JSON.stringify(context) }});
}}
</script>
"""

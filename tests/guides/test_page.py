"""The guide's page and its code belong together."""

import re

from tests.support.guides import GUIDES

PAGE = (GUIDES / "carry-the-context.md").read_text(encoding="utf-8")


def test_every_file_is_on_the_page_and_the_reverse() -> None:
    """No code without an explanation, no link that leads nowhere."""
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if not link.startswith("http")}
    code = {str(path.relative_to(GUIDES)) for path in GUIDES.rglob("*.py")}
    code |= {str(path.relative_to(GUIDES)) for path in GUIDES.rglob("*.mjs")}

    assert code <= links
    assert [link for link in links if not (GUIDES / link).exists()] == []


def test_every_function_the_page_names_exists() -> None:
    """In the language that names it."""
    paths = [path for ending in ("mjs", "py") for path in GUIDES.rglob(f"*.{ending}")]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)

    for name in ("withdraw_consent", "create_checkout_session", "createCheckoutSession"):
        assert name in PAGE
        assert re.search(rf"(def|const) {name}\b", source)

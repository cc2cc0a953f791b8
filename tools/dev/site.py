"""A hook of mkdocs: pages that lie outside of docs/, links to the code, and drawn diagrams.

Every link of a page is relative to its place in the repository, so that it works there. On the site
some files have another place. A file of the code is copied beside the pages as text.
"""

import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

ROOT: Final = Path(__file__).resolve().parent.parent.parent
OUTSIDE: Final[Mapping[str, str]] = {
    "README.md": "index.md",
    "terraform/README.md": "deploy/terraform.md",
    "browser/README.md": "guides/browser.md",
    "CHANGELOG.md": "project/changelog.md",
    "CODE_OF_CONDUCT.md": "project/code-of-conduct.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
}
"""File of the repository → its page on the site. The site has an overview of its own."""
_HERE: Final = {page: source for source, page in OUTSIDE.items()}
_FENCE: Final = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_DIAGRAM: Final = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIAGRAM_TITLE: Final = re.compile(r"^ *accTitle: *(.+)$", re.MULTILINE)
_DRAWINGS: Final = "docs/assets/diagrams"
_TEXTS: Final = frozenset(
    {".json", ".js", ".md", ".mjs", ".py", ".sql", ".tf", ".toml", ".example"}
)
# The offline plugin loads this from another host: ours lies beside the pages.
_WORKER: Final = "https://unpkg.com/iframe-worker/shim"
_OUR_WORKER: Final = "assets/iframe-worker.js"
_LINK: Final = re.compile(r"(!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\()([^)\s]+)(\))")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give each provider's page its place: a new provider is a row of the registry and a page.

    Args:
        config: The site's configuration.
    """
    (guides,) = (part["Guides"] for part in config.nav or [] if "Guides" in part)
    (places,) = (part["Providers"] for part in guides if "Providers" in part)
    pages = (ROOT / "docs" / "providers").glob("*.md")
    places += sorted(f"providers/{page.name}" for page in pages if page.name != "README.md")
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside of docs/, and each file of the code that a page links to.

    Args:
        files: What mkdocs found in docs/.
        config: The site's configuration.
    """
    for source, page in OUTSIDE.items():
        if page != "index.md" and (ROOT / source).is_file():
            files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    for file in list(files.documentation_pages()):
        _replace_links(file.content_string, file.src_uri, _copying(files, config))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:  # noqa: ANN401 - mkdocs' own
    """Return a page with drawings for its diagrams, and links that lead to places on the site.

    Args:
        markdown: The page as it is in the repository.
        page: Which one it is.

    Raises:
        PluginError: A diagram has no drawing or no title.
    """
    folder = posixpath.dirname(_source_of(page.file.src_uri))
    drawn = _DIAGRAM.sub(lambda diagram: _drawing(diagram[1], folder), markdown)
    return _replace_links(drawn, page.file.src_uri, lambda _: None)


def on_post_page(output: str, page: Page, **_: Any) -> str:  # noqa: ANN401 - mkdocs' own
    """Return a page that loads nothing from another host.

    Args:
        output: Its HTML.
        page: Which one it is.
    """
    return output.replace(_WORKER, get_relative_url(_OUR_WORKER, page.url))


def on_post_template(output_content: str, **_: Any) -> str:  # noqa: ANN401 - mkdocs' own
    """Return a page that is no page of docs/, such as that of an error, likewise.

    Args:
        output_content: Its HTML.
    """
    return output_content.replace(_WORKER, f"/{_OUR_WORKER}")


def _drawing(diagram: str, folder: str) -> str:
    """Return the pictures of a diagram, of which the site shows the one of the reader's scheme."""
    title = _DIAGRAM_TITLE.search(diagram)
    if title is None:
        raise PluginError(
            f"a diagram has no accTitle, the text for readers who do not see it: {diagram}"
        )
    name = f"{_DRAWINGS}/{hashlib.sha256(diagram.encode()).hexdigest()[:12]}"
    pictures = []
    for scheme in ("light", "dark"):
        if not (ROOT / f"{name}-{scheme}.svg").is_file():
            raise PluginError(f"no drawing of “{title[1]}” as it is now: run `make drawings`")
        path = posixpath.relpath(f"{name}-{scheme}.svg", folder or ".")
        pictures.append(f"![{title[1]}]({path}#only-{scheme})")
    return "\n".join(pictures)


def _copying(files: Files, config: MkDocsConfig) -> Callable[[str], None]:
    def copy(path: str) -> None:
        place = _copied(path)
        if files.get_file_from_path(place) is not None:
            return
        whole = ROOT / path
        text = _listed(whole) if whole.is_dir() else whole.read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))

    return copy


def _listed(folder: Path) -> str:
    """Return all texts of a folder, one after the other."""
    texts = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in _TEXTS and path.name != "package-lock.json"
    )
    return "\n".join(f"==> {path.name} <==\n\n{path.read_text(encoding='utf-8')}" for path in texts)


def _copied(path: str) -> str:
    return f"source/{path}.txt"


def _source_of(page: str) -> str:
    return _HERE.get(page, f"docs/{page}") if page != "index.md" else "docs/index.md"


def _replace_links(markdown: str, page: str, copy: Callable[[str], None]) -> str:
    folder = posixpath.dirname(_source_of(page))

    def replaced(link: re.Match[str]) -> str:
        before, target, after = link.groups()
        path, mark, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target) or not path:
            return link[0]
        whole = posixpath.normpath(posixpath.join(folder, path))
        if (ROOT / whole / "README.md").is_file():
            whole = f"{whole}/README.md"
        if whole in OUTSIDE:
            place = OUTSIDE[whole]
        elif whole.startswith("docs/") and not (ROOT / whole).is_dir():
            place = whole.removeprefix("docs/")
        elif (ROOT / whole).exists():
            copy(whole)
            place, mark, anchor = _copied(whole), "", ""
        else:
            return link[0]  # mkdocs says that it leads nowhere
        place = posixpath.relpath(place, posixpath.dirname(page) or ".")
        return f"{before}{place}{mark}{anchor}{after}"

    # What stands in a code block is no link.
    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_LINK.sub(replaced, markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(replaced, markdown[end:])])

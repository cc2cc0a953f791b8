"""What is generated from the registry: the tables of providers, and Terraform's variable."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from shared.providers.provider import Capability, PaymentProvider
from shared.providers.registry import PROVIDERS
from tools.dev.blocks import fill, insist_on_clone, write_or_check

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGES: Final = Path("docs/providers/README.md")
VARIABLE: Final = Path("terraform/variables_providers.tf")

_KEYS: Final = "transaction_id_keys"
_OF_EVERY: Final = {"api_key": "optional(bool, false)", "second_secret": "optional(bool, false)"}
_HCL: Final = """\
# Written by `connectors dev providers` from shared/providers/registry.py.

variable "payment_providers" {{
  description = "Whose webhooks are taken, and the options of each; a second secret is for while \
one is rotated."
  type = map(object({{
{fields}
  }}))
  default = {{
    stripe = {{}}
  }}
  nullable = false

  validation {{
    condition     = length(var.payment_providers) > 0 && \
length(setsubtract(keys(var.payment_providers), keys(local.provider_options))) == 0
    error_message = "Providers are one or more of ${{join(", ", keys(local.provider_options))}}."
  }}

  validation {{
    condition = alltrue(flatten([
      for provider, options in var.payment_providers : [
        for name, value in options :
        value == null || value == false || name == "second_secret"
        || contains(lookup(local.provider_options, provider, []), name)
      ]
    ]))
    error_message = "An option is not one of its provider's: \
${{jsonencode(local.provider_options)}}."
  }}

  validation {{
    condition = alltrue(flatten([
      for provider, options in var.payment_providers : [
        for name in lookup(local.key_needs, provider, []) :
        !options.api_key || options[name] != null
      ]
    ]))
    error_message = "An api_key needs another option beside it: ${{jsonencode(local.key_needs)}}."
  }}

  validation {{
    condition = (
      can(regex("^[a-z0-9][a-z0-9-]{{0,62}}\\\\.myshopify\\\\.com$", \
var.payment_providers.shopify.shop)) || try(var.payment_providers.shopify.shop, null) == null
    )
    error_message = "shopify.shop is the shop's own domain, e.g. my-shop.myshopify.com."
  }}
}}

locals {{
  # The options of each provider's entry in PAYMENT_PROVIDERS.
  provider_options = {{
{options}
  }}

  # The options that an entry with api_key must have beside it.
  key_needs = {{
{needs}
  }}

  # Those whose webhooks may ask the provider's API, and those whose record can be compared.
  asking_providers   = {asking}
  recorded_providers = {recorded}

  # The secrets that prove its deliveries: secret, and those that an option of its name asks for.
  provider_secrets = {{
{secrets}
  }}
}}
"""


def run(*, check: bool) -> int:
    """Write each file, or say which is not as it would be written; return the exit status.

    Args:
        check: Whether nothing is written.

    Raises:
        FailedError: This is no clone of the repository.
    """
    return write_or_check(
        ROOT,
        generated(ROOT),
        check=check,
        otherwise="is not what the registry says: connectors dev providers",
    )


def generated(root: Path) -> Mapping[Path, str]:
    """Return the files that are written from the registry, by their path in the repository.

    Args:
        root: The repository.

    Raises:
        FailedError: This is no clone of the repository.
    """
    insist_on_clone(root, PAGES)
    pages = (root / PAGES).read_text(encoding="utf-8")
    for name, table in (("providers", providers_table()), ("capabilities", capabilities_table())):
        pages = fill(pages, "providers", name, table)
    return {PAGES: pages, VARIABLE: variable()}


def providers_table() -> str:
    """Return a row for each provider: where it posts, what it was made from, and its options."""
    titles = "| provider | posts to | basis | metadata is written by | options |"
    head = f"{titles}\n|---|---|---|---|---|\n"
    rows = (
        f"| [{kind.title}]({name}.md) | `/{name}` | {kind.basis} | {kind.metadata_by} | "
        f"{', '.join(f'`{each}`' for each in _options(kind)) or 'none'} |\n"
        for name, kind in PROVIDERS.items()
    )
    return head + "".join(rows)


def capabilities_table() -> str:
    """Return a row for each capability, and a column for each provider."""
    titles = " | ".join(kind.title for kind in PROVIDERS.values())
    head = f"| | {titles} |\n|---|{'---|' * len(PROVIDERS)}\n"
    rows = (
        f"| {each} | {' | '.join('yes' if k.can(each) else '-' for k in PROVIDERS.values())} |\n"
        for each in Capability
    )
    return head + "".join(rows)


def variable() -> str:
    """Return Terraform's variable `payment_providers`, with the options of every provider."""
    types = dict(_OF_EVERY)
    for kind in PROVIDERS.values():
        for each in msgspec.structs.fields(kind.options):
            if each.name not in {_KEYS, *kind.environment}:
                types[each.name] = f"optional({_hcl_type(each.type)})"
        types |= dict.fromkeys(_asked(kind), "optional(bool)")
    width = max(map(len, types))
    needs = {name: sorted(kind.key_needs) for name, kind in PROVIDERS.items() if kind.key_needs}
    return _HCL.format(
        fields="\n".join(f"    {name:<{width}} = {types[name]}" for name in sorted(types)),
        options=_lists({name: _options(kind) for name, kind in PROVIDERS.items()}),
        asking=_list(name for name, kind in PROVIDERS.items() if kind.webhook_asks),
        recorded=_list(name for name, kind in PROVIDERS.items() if kind.can(Capability.RECORD)),
        needs=_lists(needs),
        secrets=_lists({name: kind.references for name, kind in PROVIDERS.items()}),
    )


def _options(kind: PaymentProvider) -> list[str]:
    """Return the names of what an entry of PAYMENT_PROVIDERS may have beside its secret."""
    names = {*kind.options.__struct_fields__, *_asked(kind)} - {_KEYS, *kind.environment}
    return sorted(names | ({"api_key"} if kind.has_api_key else set()))


def _asked(kind: PaymentProvider) -> list[str]:
    return [name for name in kind.references if name != "secret"]


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in sorted(names)) + "]"


def _lists(values: Mapping[str, Iterable[str]]) -> str:
    width = max(map(len, values))
    texts = {name: ", ".join(f'"{each}"' for each in values[name]) for name in sorted(values)}
    return "\n".join(f"    {name:<{width}} = [{text}]" for name, text in texts.items())


def _hcl_type(shape: Any) -> str:  # noqa: ANN401 - any type of msgspec's
    """Return a type of Terraform's for the type of an option."""
    if get_origin(shape) is Annotated:
        return _hcl_type(get_args(shape)[0])
    if get_origin(shape) in (Union, UnionType):
        (only,) = (each for each in get_args(shape) if each is not NoneType)
        return _hcl_type(only)
    if get_origin(shape) is tuple:
        return f"list({_hcl_type(get_args(shape)[0])})"
    if get_origin(shape) is Literal:
        return _hcl_type(type(get_args(shape)[0]))
    return {bool: "bool", int: "number", str: "string"}[shape]

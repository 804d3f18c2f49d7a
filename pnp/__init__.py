"""pnp: the spatial Poisson–Nernst–Planck equations, and every simplified model held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Case", "CaseError", "Result", "load", "solve", "template"]

if TYPE_CHECKING:
    from pnp.case import Case, CaseError
    from pnp.examples import template
    from pnp.result import Result
    from pnp.result_reading import load
    from pnp.study import solve

_HOMES = {
    "Case": "pnp.case",
    "CaseError": "pnp.case",
    "Result": "pnp.result",
    "load": "pnp.result_reading",
    "solve": "pnp.study",
    "template": "pnp.examples",
}


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``import pnp`` and the command line stay quick."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'pnp' has no attribute {name!r}")

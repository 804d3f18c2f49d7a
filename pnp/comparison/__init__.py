"""Which simplified models apply to a case, and how far the full result lies from them (no DOLFINx)."""

from pnp.comparison.models import SHEETS, simplified_models

__all__ = ["SHEETS", "simplified_models"]

"""What a user sees of a case and its result: terminal tables, plots, progress (no DOLFINx)."""

"""Builds the documentation's site: hand-written pages, generated pages, and the gallery from runs of the cases."""

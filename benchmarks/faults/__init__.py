"""Faults on purpose: kills of everything that writes, and what they cost."""

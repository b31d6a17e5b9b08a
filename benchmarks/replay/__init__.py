"""Replay measured beside pywb: ``python -m benchmarks.replay``."""

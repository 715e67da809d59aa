"""Benchmarks: each module has `figures()`, which yields (name, value, unit, limit)."""

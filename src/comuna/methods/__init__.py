"""Counting and drawing: inputs in, the result and its working out. Pure."""

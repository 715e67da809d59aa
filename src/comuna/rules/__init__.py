"""What may happen and how it is said: pure functions, no input or output."""

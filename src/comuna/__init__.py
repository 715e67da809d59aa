"""Comuna: software with which a group governs itself."""

__version__ = "0.1.0"

"""The text of an announcement to a session and back; calendar files and feeds."""

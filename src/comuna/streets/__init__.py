"""Maps of OpenStreetMap data that a group imported: streets to drive, and their picture."""

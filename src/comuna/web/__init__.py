"""The website: one module per room; routes.py is the map, access.py the one door."""

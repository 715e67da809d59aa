"""Gatherings while they are held: what every phone, the chair and the wall are told, and how it reaches them."""

"""What `bench/hall.py` is made of: a gathering, a server or the plain writer, and the phones."""

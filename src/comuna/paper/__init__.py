"""What is printed: posters, sheets, keys and records as PDF; QR codes."""

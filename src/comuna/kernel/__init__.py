"""What a book is: acts, exact bytes, the Merkle tree. No domain, no input or output."""

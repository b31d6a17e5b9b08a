"""How fast the index is built and searched, and how large it is."""

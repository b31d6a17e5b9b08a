"""How well agency copy is told from articles that reporters wrote on the same event."""

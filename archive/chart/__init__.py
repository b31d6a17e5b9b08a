"""Small charts of counts: bars of a terminal, and pictures."""

"""Foreign input that something has happened to, for every parser that takes any."""

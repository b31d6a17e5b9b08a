"""Documentation, and what generates the generated part of it."""

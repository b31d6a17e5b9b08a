"""How fast a capture is found among millions, and how much room it takes."""

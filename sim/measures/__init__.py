"""How each figure is made from records; ``sim.metrics`` is the door."""

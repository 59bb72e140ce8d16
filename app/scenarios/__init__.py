"""Practice by voice: scenarios, dialogue, understanding, the live call."""

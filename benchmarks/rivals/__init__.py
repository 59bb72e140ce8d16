"""What the simulator is measured against: the same models, as users of other tools would write."""

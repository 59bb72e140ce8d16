"""What good is: scorecards as data, scores with evidence, voice analytics."""

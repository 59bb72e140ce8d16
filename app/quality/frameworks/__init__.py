"""The quality framework: one versioned document."""

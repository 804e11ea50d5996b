"""Mail to buyers about their orders."""

"""What became of each sale, folded from the journal into tables that answer at once."""

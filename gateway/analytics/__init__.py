"""What organisers are told of a sale: from what projectors counted, and from the sections themselves."""

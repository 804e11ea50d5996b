"""What is asked over websockets, and how it is answered: each kind of request has its method here."""

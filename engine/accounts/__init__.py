"""People and organisers: who they are, and the judgements that stores make about them. Pure."""

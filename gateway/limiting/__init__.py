"""How often callers may ask: by principal, by address, and for one event."""

"""The waiting rooms of events as a gateway serves them: places, news, passes, and the door."""

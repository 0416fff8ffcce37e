"""The use cases: what orderbell does, in terms of the rules and of `ports`."""

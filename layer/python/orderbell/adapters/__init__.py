"""What touches the world: the database, the push endpoint, the clouds' events. No adapter knows another."""

"""Events: schemas, outbox, relay and inbox, shared by the backend and the consumers."""

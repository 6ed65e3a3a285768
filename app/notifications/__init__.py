"""In-app notifications and where else a user wants to be notified."""

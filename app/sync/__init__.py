"""Sync: server-sent events that keep every open browser current."""

"""The schema's history, for the backend's and the consumers' tables alike: one database, one order."""

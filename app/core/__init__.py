"""What every domain uses: settings, secrets, database, errors, logging and the Dapr sidecar."""

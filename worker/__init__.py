"""The event consumers: one module and one app id each, driven by their Dapr sidecars."""

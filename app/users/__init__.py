"""Users: sign-up, sign-in, sessions and API tokens."""

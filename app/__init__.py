"""The todo backend: tasks, chat, MCP and live updates over HTTP; app id `todo-backend`."""

"""The MCP server: the assistant's tools for other people's assistants."""

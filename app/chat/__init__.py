"""Chat: the agent, its tools and the stored conversations; the MCP server shares the tools."""

/** The configuration of a program that speaks MCP, as most of them take it, for copying. */
export function mcpConfiguration(origin: string, token: string): string {
  const server = { type: "http", url: mcpAddress(origin), headers: { Authorization: `Bearer ${token}` } };
  return JSON.stringify({ mcpServers: { "todo-chat": server } }, null, 2);
}

export function mcpAddress(origin: string): string {
  return `${origin}/mcp`;
}

/** The feed's address, as calendar programs open it themselves. */
export function webcal(url: string): string {
  return url.replace(/^https?:/, "webcal:");
}

import { defineCommand } from "../../command.ts";

export const command = defineCommand({
  name: "mcp",
  group: "Machines:",
  arguments: [],
  settings: [],
  summary: "answer an assistant, as a server of tools (MCP)",
  description:
    "Serve memory, plan, verdict, config and status as tools of the Model Context Protocol over standard input and output: " +
    "each returns the document of its command's --json. Tools only read. It needs the package @lorank/mcp.",
  examples: [["lorank mcp", "as an MCP client starts it"]],
  load: () => import("./mcp.ts"),
});

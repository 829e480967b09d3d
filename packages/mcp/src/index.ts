export {
  type McpTool,
  serveStdio,
  type ToolAnswer,
  type ToolError,
  type ToolServer,
  type ToolServerOptions,
  toolServer,
} from "./server.ts";

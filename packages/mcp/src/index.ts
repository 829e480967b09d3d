export {
  type McpTool,
  serveStdio,
  type ToolAnswer,
  type ToolServer,
  type ToolServerOptions,
  toolServer,
} from "./server.ts";

export { type McpTool, serveStdio, type ToolAnswer, type ToolServerOptions, toolServer } from "./server.ts";

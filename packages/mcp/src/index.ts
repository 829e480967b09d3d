export { serveStdio, type Tool, type ToolAnswer, type ToolServerOptions, toolServer } from "./server.ts";

import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  type Tool as ListedTool,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";

/** MCP tool that only reads, and changes nothing. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly inputSchema: object;
  /** JSON Schema of the answer's document, an object, which clients check. */
  readonly outputSchema: object;
  /** True if the tool uses the network. (default: false) */
  readonly fetches?: boolean;
  /**
   * Tool call, which checks arguments; exceptions are server errors. `signal` fires when the client is gone or cancels.
   */
  readonly call: (input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<ToolAnswer>;
}

export type ToolAnswer =
  | { readonly document: object; readonly notes?: readonly string[] }
  | { readonly error: ToolError };

/** Fault in the arguments, their files, or the machine. */
export interface ToolError {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

export interface ToolServerOptions {
  readonly name: string;
  readonly version: string;
  /** Advice to the calling model. */
  readonly instructions: string;
  readonly tools: readonly McpTool[];
}

/** MCP server from the SDK, without the SDK's own types, which need browser types. */
export interface ToolServer {
  /** @param transport from the SDK. */
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a tool server for an SDK transport. Documents become `structuredContent` and text; errors a text with
 * `isError`, and `error` in `_meta`.
 */
export function toolServer(options: ToolServerOptions): ToolServer {
  return serverOf(options);
}

function serverOf({ name, version, instructions, tools }: ToolServerOptions): Server {
  // JSON Schemas are not accepted by the SDK's McpServer.
  const server = new Server({ name, version }, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listingOf) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = tools.find((one) => one.name === params.name);
    if (tool === undefined) {
      const names = tools.map((one) => one.name).join(", ");
      throw new McpError(ErrorCode.InvalidParams, `tool must be one of ${names}, got ${params.name}`);
    }
    return resultOf(await tool.call(params.arguments ?? {}, signal));
  });
  return server;
}

function listingOf({
  name,
  title,
  description,
  inputSchema,
  outputSchema,
  fetches = false,
}: McpTool): ListedTool {
  const annotations = { title, readOnlyHint: true, idempotentHint: true, openWorldHint: fetches };
  const schemas = { inputSchema, outputSchema } as Pick<ListedTool, "inputSchema" | "outputSchema">;
  return { name, title, description, ...schemas, annotations };
}

function resultOf(answer: ToolAnswer): CallToolResult {
  const text = (words: string) => ({ type: "text", text: words }) as const;
  // The schema of structuredContent has no form for errors.
  if ("error" in answer) {
    const { error } = answer;
    return { isError: true, content: [text(`error: ${error.message}`)], _meta: { error } };
  }
  const { document, notes = [] } = answer;
  const json = JSON.stringify(document);
  return { structuredContent: JSON.parse(json), content: [text(json), ...notes.map(text)] };
}

/** Serves over standard input and output, where nothing else may be written. */
export async function serveStdio(options: ToolServerOptions): Promise<void> {
  const server = serverOf(options);
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  // The SDK's transport does not handle the end of input.
  process.stdin.once("end", () => void server.close());
  await server.connect(new StdioServerTransport());
  await closed;
}

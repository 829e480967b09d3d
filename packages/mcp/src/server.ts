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

/** A tool that reads and changes nothing. */
export interface McpTool {
  readonly name: string;
  /** A few words for people. */
  readonly title: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly inputSchema: object;
  /** JSON Schema of the document, an object. Clients check documents against it, and may show it to their model. */
  readonly outputSchema: object;
  /** It may fetch files from the network. (default: false) */
  readonly fetches?: boolean;
  /**
   * Checks the arguments itself. What it throws is an error of the server, not of the arguments. `signal` fires when the
   * client cancels the call or is gone: nobody takes the answer then.
   */
  readonly call: (input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<ToolAnswer>;
}

export type ToolAnswer =
  | { readonly document: object; readonly notes?: readonly string[] }
  | { readonly error: ToolError };

/** Fault of the arguments, of the files that they name, or of the machine. */
export interface ToolError {
  readonly code: string;
  readonly message: string;
  /** Argument or key at fault. */
  readonly field?: string;
}

export interface ToolServerOptions {
  /** Name that clients show. */
  readonly name: string;
  readonly version: string;
  /** Advice to the model that calls the tools. */
  readonly instructions: string;
  readonly tools: readonly McpTool[];
}

/** A server of the SDK without the SDK's own types, which need those of a browser's page. */
export interface ToolServer {
  /** @param transport one of the SDK's. */
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a server of tools, to be connected to a transport of the SDK. A document comes back as `structuredContent` and as
 * text, notes as further texts; an error as a text with `isError`, and as `error` of `_meta`.
 */
export function toolServer(options: ToolServerOptions): ToolServer {
  return serverOf(options);
}

function serverOf({ name, version, instructions, tools }: ToolServerOptions): Server {
  // The SDK's McpServer takes no JSON Schemas, and these are made elsewhere.
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
  // A client checks structuredContent against the tool's schema, which is the document's, in errors too.
  if ("error" in answer) {
    const { error } = answer;
    return { isError: true, content: [text(`error: ${error.message}`)], _meta: { error } };
  }
  const { document, notes = [] } = answer;
  const json = JSON.stringify(document);
  return { structuredContent: JSON.parse(json), content: [text(json), ...notes.map(text)] };
}

/** Serves over standard input and output until the client closes its end. Nothing else may be written to standard output. */
export async function serveStdio(options: ToolServerOptions): Promise<void> {
  const server = serverOf(options);
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  // The SDK's transport does not listen for the end of its input.
  process.stdin.once("end", () => void server.close());
  await server.connect(new StdioServerTransport());
  await closed;
}

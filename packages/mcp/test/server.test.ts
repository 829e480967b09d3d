import { EventEmitter, once } from "node:events";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { type McpTool, toolServer } from "../src/index.ts";

const double: McpTool = {
  name: "double",
  title: "twice a number",
  description: "Doubles n.",
  inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
  outputSchema: { type: "object", properties: { twice: { type: "number" } }, required: ["twice"] },
  fetches: true,
  call: async ({ n }) => {
    if (typeof n !== "number")
      return { error: { code: "E_N", message: `n must be a number, got ${n}`, field: "n" } };
    if (n < 0) throw new Error("no such file");
    return { document: { twice: n === 0 ? "zero" : 2 * n, left: undefined }, notes: ["A note."] };
  },
};

/** The SDK's client, connected to a server of these tools within this process. */
async function clientOf(...tools: readonly McpTool[]): Promise<Client> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const server = toolServer({ name: "lorank", version: "1.2.3", instructions: "Call double.", tools });
  await server.connect(serverSide);
  const client = new Client({ name: "test", version: "0" });
  await client.connect(clientSide);
  onTestFinished(() => client.close());
  return client;
}

describe("toolServer", () => {
  test("names itself and lists its tools with both schemas, as tools that read", async () => {
    const client = await clientOf(double);
    expect(client.getServerVersion()).toEqual({ name: "lorank", version: "1.2.3" });
    expect(client.getInstructions()).toBe("Call double.");
    const { call: _, fetches: __, ...schemas } = double;
    expect((await client.listTools()).tools).toEqual([
      {
        ...schemas,
        annotations: {
          title: "twice a number",
          readOnlyHint: true,
          idempotentHint: true,
          openWorldHint: true,
        },
      },
    ]);
  });

  test("returns a document as structured content and as text, and notes behind it", async () => {
    const client = await clientOf(double);
    await client.listTools(); // the client then checks documents against the schema
    expect(await client.callTool({ name: "double", arguments: { n: 4 } })).toEqual({
      structuredContent: { twice: 8 },
      content: [
        { type: "text", text: '{"twice":8}' },
        { type: "text", text: "A note." },
      ],
    });
    await expect(client.callTool({ name: "double", arguments: { n: 0 } })).rejects.toThrow(
      "Structured content does not match the tool's output schema",
    );
  });

  test("tells a tool when the client cancels its call", async () => {
    const events = new EventEmitter();
    const [started, ended] = [once(events, "started"), once(events, "ended")];
    const wait: McpTool = {
      ...double,
      call: async (_, signal) => {
        signal.addEventListener("abort", () => events.emit("ended", signal.reason));
        events.emit("started");
        await ended;
        return { error: { code: "E_CALL", message: "cancelled" } };
      },
    };
    const client = await clientOf(wait);
    const cancel = new AbortController();
    const call = client.callTool({ name: "double" }, undefined, { signal: cancel.signal });
    const refused = expect(call).rejects.toThrow("not needed any more");
    await started;
    cancel.abort("not needed any more");
    expect(await ended).toEqual([expect.stringContaining("not needed any more")]);
    await refused;
  });

  test("returns an error of the arguments as a text, and throws for others", async () => {
    const client = await clientOf(double);
    await client.listTools();
    expect(await client.callTool({ name: "double", arguments: { n: "4" } })).toEqual({
      isError: true,
      content: [{ type: "text", text: "error: n must be a number, got 4" }],
      _meta: { error: { code: "E_N", message: "n must be a number, got 4", field: "n" } },
    });
    await expect(client.callTool({ name: "double", arguments: { n: -1 } })).rejects.toThrow("no such file");
    await expect(client.callTool({ name: "triple" })).rejects.toThrow(
      "tool must be one of double, got triple",
    );
  });
});

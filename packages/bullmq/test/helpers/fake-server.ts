import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Answer of the server; undefined keeps the connection waiting, as a blocking command does. */
export type Answer = string | number | null | readonly Answer[] | Error | undefined;
type Answers = (command: string, args: readonly string[]) => Answer | Promise<Answer>;

export interface FakeServer {
  readonly url: string;
  /** Commands so far, each in lower case with its arguments. */
  readonly asked: (readonly string[])[];
  /** Cuts all connections; a client may come back at once. */
  cut(): void;
  /** Connections that are open. */
  open(): number;
}

/**
 * A Redis server in this process that knows no data: `answer` says what it answers a command, `OK` by default.
 * It lasts for the time of the test.
 */
export async function fakeServer(answer: Answers = () => "OK"): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const asked: string[][] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => {});
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
      for (let read = commandOf(text); read !== undefined; read = commandOf(text)) {
        text = text.slice(read.length);
        const [name = "", ...args] = read.words;
        asked.push([name.toLowerCase(), ...args]);
        const reply = answer(name.toLowerCase(), args);
        const send = (one: Answer) => one !== undefined && socket.write(encoded(one));
        if (reply instanceof Promise) void reply.then(send);
        else send(reply);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `redis://127.0.0.1:${port}`, asked, cut, open: () => sockets.size };
}

/** The first command of a text in the Redis protocol, once it is whole. */
function commandOf(text: string): { readonly words: string[]; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  let at = head[0].length;
  const words: string[] = [];
  for (let i = 0; i < Number(head[1]); i++) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (size === null) return undefined;
    at += size[0].length;
    words.push(text.slice(at, at + Number(size[1])));
    at += Number(size[1]) + 2;
  }
  return at <= text.length ? { words, length: at } : undefined;
}

/** A job as the server keeps it. */
export interface ServerJob {
  /** Text of its data; one that is no JSON is not ours. */
  readonly data: string;
  /** Two where it begins between two questions. */
  readonly states: readonly ("wait" | "active")[];
  readonly progress?: unknown;
}

/** A server with BullMQ's queue of these jobs, which nobody takes or ends. */
export interface QueueServer extends FakeServer {
  readonly jobs: Map<string, ServerJob>;
  /** Job that the next worker is given. */
  next: string | undefined;
  /** Adds an event to the queue's stream, such as `completed`. */
  tell(event: string, fields: Readonly<Record<string, string>>): void;
}

/**
 * @param newest id of the last event in the stream. (default: the stream is empty)
 * @param info what the server says of itself.
 */
export async function queueServer(newest?: string, info = ""): Promise<QueueServer> {
  const jobs = new Map<string, ServerJob>();
  let hear: (events: Answer) => void = () => {};
  let told = 0;
  const fieldsOf = (id: string): string[] => {
    const job = jobs.get(id);
    if (job === undefined) return [];
    const { data, progress = 0 } = job;
    return ["name", "x", "data", data, "progress", JSON.stringify(progress), "opts", "{}"];
  };
  /** Scripts are known by their first sentence. */
  const scripts: Readonly<Record<string, (args: readonly string[]) => Answer>> = {
    "Get job ids": (args) => [
      [...jobs].flatMap(([id, { states }]) => (states.some((state) => args.includes(state)) ? [id] : [])),
    ],
    "Remove a job": ([, key = ""]) => {
      const id = key.split(":").at(-1)!;
      if (jobs.get(id)?.states.includes("active")) return 0;
      jobs.delete(id);
      return 1;
    },
    "Move next job": () => {
      const id = fields.next;
      fields.next = undefined;
      return id === undefined ? [] : [fieldsOf(id), id, 0, 0];
    },
  };
  const server = await fakeServer((command, args) => {
    switch (command) {
      case "evalsha":
        return new Error("NOSCRIPT No matching script.");
      case "eval": {
        const about = /--\[\[\s*(.*)/.exec(args[0]!)![1]!;
        const script = Object.keys(scripts).find((name) => about.startsWith(name));
        return script === undefined ? [] : scripts[script]!(args.slice(1));
      }
      case "info":
        return info;
      case "xrevrange":
        return newest === undefined ? [] : [[newest, ["event", "waiting"]]];
      case "xread":
        return new Promise<Answer>((answer) => {
          hear = answer;
        });
      case "bzpopmin":
        // A worker that closes just before it asks waits for Redis to answer after the seconds it named.
        return new Promise<Answer>((answer) => {
          setTimeout(answer, 1000 * Number(args.at(-1)), null).unref();
        });
      case "hgetall":
        return fieldsOf(args[0]!.split(":").at(-1)!);
      case "hdel":
      case "hexists":
        return 0;
      default:
        return "OK";
    }
  });
  const fields = {
    ...server,
    jobs,
    next: undefined as string | undefined,
    tell(event: string, more: Readonly<Record<string, string>>) {
      hear([["stream", [[`9-${told++}`, ["event", event, ...Object.entries(more).flat()]]]]]);
    },
  };
  return fields;
}

function encoded(answer: Exclude<Answer, undefined>): string {
  if (answer instanceof Error) return `-${answer.message}\r\n`;
  if (answer === null) return "$-1\r\n";
  if (typeof answer === "number") return `:${answer}\r\n`;
  if (typeof answer === "string") return `$${Buffer.byteLength(answer)}\r\n${answer}\r\n`;
  return `*${answer.length}\r\n${answer.map((one) => encoded(one ?? null)).join("")}`;
}

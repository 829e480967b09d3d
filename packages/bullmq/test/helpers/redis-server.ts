import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { whileRunning } from "../../../../scripts/while-running.ts";

/** Why tests of a real server are skipped here; undefined where it is installed. */
export const noRedis =
  spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "redis-server is not installed";

/** A server of a test's own, on loopback, with an append-only file in a folder of its own. */
export interface RedisServer {
  readonly url: string;
  /** Ends it with SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Stops it, so that it keeps its connections and says nothing, as behind a cable that was pulled. `kill` ends it still. */
  pause(): void;
  /** Starts it again where it was, with what its file holds. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export async function startRedis({ password }: { password?: string } = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-redis-"));
  const port = await freePort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const settings = {
      port,
      bind: "127.0.0.1",
      dir: folder,
      save: "",
      appendonly: "yes",
      appendfsync: "everysec",
    };
    const secret = password === undefined ? [] : ["--requirepass", password];
    const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
    child = spawn("redis-server", [...args, ...secret], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = once(child, "close").then(([code]) => ({ code, stderr: said }));
    await whileRunning(ended, untilItListens(port));
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`,
    kill,
    pause: () => void child.kill("SIGSTOP"),
    start,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItListens(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await delay(20);
  }
  throw new Error("redis-server does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

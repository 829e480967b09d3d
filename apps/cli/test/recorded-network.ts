import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { nodeOptions } from "./cli.ts";

/** A network that ends at the loopback, where all that is sent is counted and all names that are looked up are noted. */
export interface RecordedNetwork {
  /** What a command line begins with that runs in it, in the folder that is given. */
  readonly enter: (folder: string) => string[];
  /** The names that were looked up so far. */
  readonly lookups: readonly string[];
  /** How many packets were sent so far, to whatever address. */
  readonly packetsSent: () => number;
  readonly close: () => void;
}

const asRoot = process.getuid?.() === 0;

/** Every address is this machine's own, so a packet to any of them passes the loopback, and none leaves it. */
const setUp = `
  ip link set lo up
  ip route add local default dev lo
  ip -6 route add local default dev lo || true # where the kernel has IPv6
  mount --bind "$1" /etc/resolv.conf
  mount --bind "$2" /etc/nsswitch.conf
  shift 2
  exec "$@"`;

/** Lasts until it is closed. Rejects with the reason where this machine lets us have no such network. */
export async function recordedNetwork(): Promise<RecordedNetwork> {
  const folder = temporaryFolder();
  const files = { resolv: "nameserver 127.0.0.1\n", nsswitch: "hosts: files dns\n" };
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  const program = fileURLToPath(new URL("./name-recorder.ts", import.meta.url));
  const namespaces = ["--net", "--mount"];
  const recorder = spawn(
    "unshare",
    [
      ...[...namespaces, ...(asRoot ? [] : ["--map-root-user"])],
      ...["sh", "-ec", setUp, "sh", ...paths],
      ...[process.execPath, ...nodeOptions, program],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  try {
    await once(recorder, "spawn");
    const lines = createInterface(recorder.stdout);
    const [listening] = await Promise.race([once(lines, "line"), once(lines, "close")]);
    if (listening === undefined) throw new Error((await text(recorder.stderr)).trim());
    const lookups: string[] = [];
    lines.on("line", (name) => lookups.push(name));
    const user = asRoot ? [] : ["--user", "--preserve-credentials"];
    return {
      enter: (cwd) => [
        ...["nsenter", "--target", String(recorder.pid), ...namespaces, ...user],
        ...["env", `--chdir=${cwd}`],
      ],
      lookups,
      packetsSent: () => sentOverLoopback(readFileSync(`/proc/${recorder.pid}/net/dev`, "utf8")),
      close: () => recorder.kill(),
    };
  } finally {
    rmSync(folder, { recursive: true }); // the mounts keep the files
  }
}

/** The tenth figure of the loopback's row. Source: proc_pid_net(5). */
function sentOverLoopback(table: string): number {
  return Number(/^ *lo:((?: +\d+)+)$/m.exec(table)![1]!.trim().split(/ +/)[9]);
}

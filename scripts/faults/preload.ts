/**
 * For `node --import`: notes the file-system calls of a process below one folder, and strikes at one of them. `LORANK_FAULT`
 * says how, as a {@link Fault} in JSON; child processes inherit it. What the process itself does in place of a call stays
 * uncounted: Node's `appendFileSync` calls `openSync` in some versions and not in others.
 */
import { Buffer } from "node:buffer";
import fs, { type PathLike } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { getSystemErrorMap } from "node:util";

/** What a call does: changes something, brings it to the disk, or only looks. */
export type CallKind = "change" | "sync" | "read";
export type ErrorCode = "ENOSPC" | "EIO" | "EACCES" | "EMFILE";

export interface Fault {
  /** Calls elsewhere are not counted. */
  readonly root: string;
  /** Whose calls are counted: those of the command itself, or of its workers, one after the other. */
  readonly of: "command" | "worker";
  /** Kinds of calls that are counted. */
  readonly kinds: readonly CallKind[];
  /** The call to strike at, from 1; 0 for none. */
  readonly nth: number;
  /**
   * `kill`: the process ends just before the call, by SIGKILL. `kill-all`: with all of its process group. `tear`: just after
   * half of what the call writes. `short`: the call writes half and says so. An error: the call throws it; ENOSPC lasts.
   */
  readonly strike: "kill" | "kill-all" | "tear" | "short" | ErrorCode;
  /** A file that gets a line for each call that is counted: kind, name and path. */
  readonly log: string;
  /** A file that gets the line of the call that is struck; only the first process to make it strikes. */
  readonly struck: string;
}

const kindsByName: Readonly<Record<string, CallKind>> = {
  ...kindOf(
    "change",
    "appendFile chmod copyFile link mkdir mkdtemp rename rm rmdir symlink truncate unlink utimes",
  ),
  ...kindOf("change", "writeFile write writev ftruncate futimes"),
  ...kindOf("sync", "fsync fdatasync close"),
  ...kindOf("read", "readFile readdir stat lstat realpath access opendir readlink read readv fstat"),
};
/** Those that take a descriptor, by the names that libuv has for them. */
const onDescriptor = new Set(
  "write writev ftruncate futimes fsync fdatasync close read readv fstat".split(" "),
);
/** Calls that a full disk lets pass. */
const freeing = new Set([
  "rm",
  "rmdir",
  "unlink",
  "close",
  "truncate",
  "ftruncate",
  "chmod",
  "utimes",
  "futimes",
]);
/** Calls whose second path is what they make. */
const toSecondPath = new Set(["copyFile", "link", "rename", "symlink"]);
/** Syscalls that are not named as the function is. */
const syscalls: Readonly<Record<string, string>> = {
  readFile: "open",
  writeFile: "open",
  appendFile: "open",
  copyFile: "copyfile",
  readdir: "scandir",
  opendir: "opendir",
  utimes: "utime",
  futimes: "futime",
  realpath: "lstat",
  truncate: "open",
};

function kindOf(kind: CallKind, names: string): Record<string, CallKind> {
  return Object.fromEntries(names.split(" ").map((name) => [name, kind]));
}

const fault = JSON.parse(process.env.LORANK_FAULT ?? "null") as Fault | null;
const isWorker = /[\\/]worker\.js$/.test(process.argv[1] ?? "");
if (fault !== null && isWorker === (fault.of === "worker")) await strikeAt(fault);

async function strikeAt({ root, kinds, nth, strike, log, struck }: Fault): Promise<void> {
  type Call = (...values: unknown[]) => unknown;
  const functions = fs as unknown as Record<string, Call>;
  const own = { ...fs };
  /** Paths of open files, by descriptor. */
  const paths = new Map<number, string>();
  // Workers count on where the one before stopped, and find the disk as full.
  let calls = own.existsSync(log) ? own.readFileSync(log, "utf8").split("\n").length - 1 : 0;
  let depth = 0;
  let isFull = strike === "ENOSPC" && own.existsSync(struck);

  /** Within the folder, as an absolute path. */
  function pathOf(name: string, values: readonly unknown[]): string | undefined {
    const [first, second] = values;
    if (typeof first === "number") return paths.get(first);
    const given = (toSecondPath.has(name) ? second : first) as PathLike;
    const path = given instanceof URL ? fileURLToPath(given) : resolve(String(given));
    return path === root || path.startsWith(root + sep) ? path : undefined;
  }

  /** Counts a call, and strikes where it is its turn. True: the call is to write only half of what it is given. */
  function count(name: string, kind: CallKind, path: string, values: readonly unknown[]): boolean {
    if (!kinds.includes(kind)) return false;
    calls++;
    const line = `${kind} ${name} ${path.slice(root.length + 1) || "."}\n`;
    own.appendFileSync(log, line);
    if (isFull && kind !== "read" && !freeing.has(name)) throw systemError("ENOSPC", name, path, values);
    if (calls !== nth || !isFirst(line)) return false;
    switch (strike) {
      case "kill":
        process.kill(process.pid, "SIGKILL");
        return false;
      case "kill-all":
        process.kill(0, "SIGKILL");
        return false;
      case "tear":
      case "short":
        return true;
      default:
        isFull = strike === "ENOSPC";
        throw systemError(strike, name, path, values);
    }
  }

  function isFirst(line: string): boolean {
    try {
      own.writeFileSync(struck, line, { flag: "wx" });
      return true;
    } catch {
      return false;
    }
  }

  function kindOfOpen(flags: unknown): CallKind {
    const { O_RDWR, O_WRONLY, O_CREAT } = fs.constants;
    if (typeof flags === "number") return flags & (O_RDWR | O_WRONLY | O_CREAT) ? "change" : "read";
    return flags === undefined || flags === "r" ? "read" : "change";
  }

  /** What a call of `name` is: undefined where it is not below the folder, or within another one. */
  function looked(name: string, values: readonly unknown[]): { kind: CallKind; path: string } | undefined {
    if (depth > 0) return undefined;
    const path = pathOf(name, values);
    const kind = name === "open" ? kindOfOpen(values[1]) : kindsByName[name]!;
    return path === undefined ? undefined : { kind, path };
  }

  function remember(name: string, values: readonly unknown[], result: unknown): void {
    if (name === "close") paths.delete(values[0] as number);
    if (name !== "open") return;
    const path = pathOf(name, values);
    if (path !== undefined) paths.set(typeof result === "number" ? result : (result as FileHandle).fd, path);
  }

  const names = ["open", ...Object.keys(kindsByName)];
  for (const name of names) {
    const sync = functions[`${name}Sync`];
    if (sync !== undefined)
      functions[`${name}Sync`] = (...values) => {
        const call = looked(name, values);
        let isHalf = false;
        try {
          isHalf = call !== undefined && count(name, call.kind, call.path, values);
        } catch (error) {
          if (name === "close") sync(...values); // as it is after a failed close(2)
          throw error;
        }
        depth++;
        try {
          const result = isHalf ? halved(name, sync, values) : sync(...values);
          remember(name, values, result);
          return result;
        } finally {
          depth--;
        }
      };
    const callback = functions[name];
    if (callback !== undefined)
      functions[name] = (...values) => {
        const call = looked(name, values);
        const done = values.at(-1) as (error: unknown, result?: unknown) => void;
        try {
          if (call !== undefined) count(name, call.kind, call.path, values);
        } catch (error) {
          return process.nextTick(done, error);
        }
        const told: typeof done = (error, ...results) => {
          if (error === null) remember(name, values, results[0]);
          done(error, ...results);
        };
        return callback(...values.slice(0, -1), told);
      };
    const promises = fs.promises as unknown as Record<string, Call | undefined>;
    const promise = promises[name];
    if (promise !== undefined)
      promises[name] = async (...values) => {
        const call = looked(name, values);
        if (call !== undefined) count(name, call.kind, call.path, values);
        const result = await promise(...values);
        remember(name, values, result);
        return result;
      };
  }

  /** Writes half; then the process ends, or the call says so. */
  function halved(name: string, sync: Call, values: readonly unknown[]): unknown {
    const result = writeHalf(name, sync, values);
    if (strike === "tear") process.kill(process.pid, "SIGKILL");
    return result;
  }

  function writeHalf(name: string, sync: Call, [target, content, ...rest]: readonly unknown[]): unknown {
    if (name === "copyFile")
      return (
        sync(target, content, ...rest) ??
        own.truncateSync(content as string, own.statSync(content as string).size >> 1)
      );
    if (name === "writeFile" || name === "appendFile") {
      const text = String(content);
      return sync(
        target,
        typeof content === "string"
          ? text.slice(0, text.length >> 1)
          : (content as Buffer).subarray(0, (content as Buffer).length >> 1),
        ...rest,
      );
    }
    if (name !== "write") return sync(target, content, ...rest);
    const bytes = typeof content === "string" ? Buffer.from(content) : (content as Buffer);
    if (typeof content === "string") return sync(target, bytes, 0, bytes.length >> 1, rest[0] ?? null);
    const [offset = 0, length = bytes.length, position = null] = rest as (number | null | undefined)[];
    return sync(target, bytes, offset, Math.max(1, length! >> 1), position);
  }

  await patchHandles();
  syncBuiltinESMExports();

  async function patchHandles(): Promise<void> {
    const handle = await open(process.execPath, "r");
    const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
    await handle.close();
    const methods = {
      sync: "fsync",
      datasync: "fdatasync",
      stat: "fstat",
      truncate: "ftruncate",
      utimes: "futimes",
    };
    const same = ["write", "writev", "read", "readv", "close", "writeFile", "appendFile", "readFile"];
    for (const [method, name] of [...Object.entries(methods), ...same.map((name) => [name, name] as const)]) {
      const original = prototype[method]!;
      prototype[method] = async function (this: FileHandle, ...values: unknown[]) {
        const path = paths.get(this.fd);
        let isHalf = false;
        try {
          isHalf = path !== undefined && count(name, kindsByName[name]!, path, [this.fd]);
        } catch (error) {
          if (name === "close") await original.apply(this, values);
          throw error;
        }
        if (name === "close") paths.delete(this.fd);
        if (!isHalf || name !== "write") return original.apply(this, values);
        const [bytes, offset, length, position] = values as [Buffer, number, number, number];
        const result = await original.call(this, bytes, offset, Math.max(1, length >> 1), position);
        if (strike === "tear") process.kill(process.pid, "SIGKILL");
        return result;
      };
    }
  }
}

/** As Node makes it: message, errno, code, syscall, path and dest. */
function systemError(code: ErrorCode, name: string, path: string, values: readonly unknown[]): Error {
  const [errno, [, words]] = [...getSystemErrorMap()].find(([, [named]]) => named === code)!;
  const syscall = syscalls[name] ?? name;
  const base = { errno, code, syscall };
  if (onDescriptor.has(name)) return Object.assign(new Error(`${code}: ${words}, ${syscall}`), base);
  if (!toSecondPath.has(name))
    return Object.assign(new Error(`${code}: ${words}, ${syscall} '${path}'`), { ...base, path });
  const [from, dest] = values.map(String) as [string, string];
  return Object.assign(new Error(`${code}: ${words}, ${syscall} '${from}' -> '${dest}'`), {
    ...base,
    path: from,
    dest,
  });
}

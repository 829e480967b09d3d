import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type HubProgress, resolveModel } from "../../src/hub.ts";
import { caughtLater } from "../helpers/caught.ts";
import { bundled, type Child, startProgram } from "../helpers/child.ts";
import { type FakeHub, type Intercept, refuse, sendFile, sha256, startFakeHub } from "../helpers/fake-hub.ts";

const bytes = randomBytes(300_000);
const name = "org/big:big.gguf";

async function setUp() {
  const hub = await startFakeHub();
  const home = temporaryFolder();
  hub.publish("org/big", { "big.gguf": bytes });
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: home };
  const events: HubProgress[] = [];
  const options = { environment, retryDelay: 1, onProgress: (event: HubProgress) => events.push(event) };
  const blobs = join(home, "hub", "models--org--big", "blobs");
  return { hub, environment, options, events, blobs };
}

const ranges = (hub: FakeHub) =>
  hub.requests.filter(({ server }) => server === "storage").map(({ headers }) => headers.range);

/** Sends so many bytes of each answer of the storage and then cuts the connection, `times` times. */
function cut(sent: number, times: number): Intercept {
  let left = times;
  return ({ server, headers }, response) => {
    if (server !== "storage" || left-- <= 0) return false;
    const from = Number(/\d+/.exec(headers.range ?? "0")![0]);
    if (from > 0) {
      response.statusCode = 206;
      response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    }
    response.setHeader("content-length", bytes.length - from);
    response.write(bytes.subarray(from, from + sent), () => response.destroy());
    return true;
  };
}

/** Sends half of the file and then nothing more. */
const stall: Intercept = ({ server }, response) => {
  if (server !== "storage") return false;
  response.setHeader("content-length", bytes.length);
  response.write(bytes.subarray(0, bytes.length / 2));
  return true;
};

describe("a download", () => {
  test("tells how far it is, up to the whole file", async () => {
    const { options, events } = await setUp();
    await resolveModel(name, options);
    const of = (kind: string) => events.filter((event) => event.kind === kind);
    expect(of("plan")).toEqual([{ kind: "plan", repo: "org/big", files: 1, bytes: 300_000 }]);
    const seen = of("bytes").map((event) => ("bytes" in event ? event.bytes : Number.NaN));
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(300_000);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(events.at(-1)).toEqual({ kind: "file-done", file: "big.gguf", totalBytes: 300_000 });
  });

  test("that breaks off goes on where it stopped, however often it gets further", async () => {
    const { hub, options, events } = await setUp();
    hub.intercept = cut(20_000, 12); // more often than a request is repeated without success
    const path = await resolveModel(name, options);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(ranges(hub).slice(0, 3)).toEqual([undefined, "bytes=20000-", "bytes=40000-"]);
    expect(events.filter(({ kind }) => kind === "retry")).toHaveLength(12);
  });

  test("that gets no further is given up with the reason, and keeps what it has for the next run", async () => {
    const { hub, options, blobs } = await setUp();
    let sent = false;
    hub.intercept = (request, response) => {
      if (request.server !== "storage") return false;
      if (sent) refuse(response, 503);
      else cut(50_000, 1)(request, response);
      sent = true;
      return true;
    };
    const error = await caughtLater(resolveModel(name, options));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toBe(
      `${name}: the hub has a fault of its own (503), 6 times\n` +
        "Check the connection and HTTPS_PROXY, then run the same again: what has arrived is kept.",
    );
    expect(ranges(hub)).toHaveLength(6);
    expect(readdirSync(blobs)).toEqual([`${sha256(bytes)}.left.incomplete`]);
    hub.intercept = () => false;
    hub.requests.length = 0;
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
    expect(ranges(hub)).toEqual(["bytes=50000-"]);
    expect(readdirSync(blobs)).toEqual([sha256(bytes)]);
  });

  test("that gets further by a few bytes each time is given up too", async () => {
    const { hub, options } = await setUp();
    hub.intercept = cut(100, Number.POSITIVE_INFINITY);
    expect((await caughtLater(resolveModel(name, options))).message).toMatch(/, 6 times\n/);
    expect(ranges(hub)).toHaveLength(6);
  });

  test("from a server without ranges starts again", async () => {
    const { hub, options } = await setUp();
    const first = cut(20_000, 1);
    hub.intercept = (request, response) => {
      if (first(request, response)) return true;
      if (request.server === "storage") sendFile({ headers: {} }, response, bytes);
      return request.server === "storage";
    };
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
  });

  test("whose range is refused starts again", async () => {
    const { hub, options } = await setUp();
    const first = cut(20_000, 1);
    hub.intercept = (request, response) => {
      if (first(request, response)) return true;
      if (request.server === "hub" || request.headers.range === undefined) return false;
      refuse(response, 416);
      return true;
    };
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
    expect(ranges(hub)).toEqual([undefined, "bytes=20000-", undefined]);
  });

  test("of another range than the one asked for is an error", async () => {
    const { hub, options } = await setUp();
    const first = cut(20_000, 1);
    hub.intercept = (request, response) => {
      if (first(request, response)) return true;
      if (request.server !== "storage") return false;
      response.writeHead(206, { "content-range": `bytes 10-299999/${bytes.length}` }).end(bytes.subarray(10));
      return true;
    };
    const error = await caughtLater(resolveModel(name, options));
    expect(error.message).toBe(
      `${name}: the hub must send bytes 20000-299999/300000 of big.gguf, got bytes 10-299999/300000`,
    );
  });

  test.each([
    ["one byte changed", Buffer.from(bytes.map((byte, i) => (i === 123_456 ? byte ^ 1 : byte)))],
    ["more bytes than the hub announced", Buffer.concat([bytes, Buffer.of(0)])],
  ])("with %s is removed, and its digest is told", async (_, wrong) => {
    const { hub, options, blobs } = await setUp();
    hub.intercept = ({ server }, response) => {
      if (server === "storage") sendFile({ headers: {} }, response, wrong);
      return server === "storage";
    };
    const error = await caughtLater(resolveModel(name, options));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toContain(`"big.gguf" must have the sha256 ${sha256(bytes)}, got ${sha256(wrong)}`);
    expect(readdirSync(blobs)).toEqual([]);
    expect(ranges(hub)).toHaveLength(1);
  });

  test("of a small file is checked against its git digest", async () => {
    const { hub, options, blobs } = await setUp();
    hub.publish("org/tiny", { "config.json": "{}" });
    hub.intercept = ({ path }, response) => {
      if (path.endsWith("config.json")) response.end("[]");
      return path.endsWith("config.json");
    };
    const error = await caughtLater(resolveModel("org/tiny", { ...options, files: "config" }));
    // echo -n '{}' | git hash-object --stdin
    expect(error.message).toContain("must have the git-sha1 9e26dfeeb6e641a33dae4961196235bdb965b21b, got ");
    expect(existsSync(join(blobs, "..", "..", "models--org--tiny", "snapshots"))).toBe(false);
  });

  test("starts anew when the part that was left is not the beginning of the file", async () => {
    const { hub, options, blobs } = await setUp();
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, `${sha256(bytes)}.left.incomplete`), randomBytes(1000));
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
    expect(ranges(hub)).toEqual(["bytes=1000-", undefined]);
  });

  test("of a part that holds the whole file needs no bytes", async () => {
    const { hub, options, blobs } = await setUp();
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, `${sha256(bytes)}.left.incomplete`), bytes);
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
    expect(ranges(hub)).toEqual([]);
  });

  test("neither takes nor removes a part of the Python tools", async () => {
    const { hub, options, blobs } = await setUp();
    mkdirSync(blobs, { recursive: true });
    const parts = [`${sha256(bytes)}.0123abcd.incomplete`, `${sha256(bytes)}.incomplete`];
    for (const part of parts) writeFileSync(join(blobs, part), "python");
    await resolveModel(name, options);
    expect(ranges(hub)).toEqual([undefined]);
    expect(readdirSync(blobs).sort()).toEqual([sha256(bytes), ...parts]);
    for (const part of parts) expect(readFileSync(join(blobs, part), "utf8")).toBe("python");
  });

  test("is made when the blob that is there has another size", async () => {
    const { options, blobs } = await setUp();
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, sha256(bytes)), "cut short by something else");
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
  });

  test("of a file without bytes ends", async () => {
    const { hub, options } = await setUp();
    hub.publish("org/none", { "none.gguf": "" });
    expect(readFileSync(await resolveModel("org/none:none.gguf", options))).toHaveLength(0);
  });

  test("ends with the signal's reason, and the next goes on", async () => {
    const { hub, options } = await setUp();
    hub.intercept = stall;
    const stop = new AbortController();
    const reason = new Error("enough");
    const onProgress = (event: HubProgress) => {
      if (event.kind === "bytes" && event.bytes === bytes.length / 2) stop.abort(reason);
    };
    await expect(resolveModel(name, { ...options, onProgress, signal: stop.signal })).rejects.toBe(reason);
    hub.intercept = () => false;
    await resolveModel(name, options);
    expect(ranges(hub)).toEqual([undefined, `bytes=${bytes.length / 2}-`]);
  });
});

describe("processes", () => {
  const resolveInChild = (environment: Record<string, string>, before: string[] = []): Child => {
    const [command, ...args] = [...before, process.execPath, bundled("resolve-model.ts"), name];
    return startProgram(command!, args, environment);
  };

  test("killed while it downloads leaves a part, and of the next two one goes on from there", async () => {
    const { hub, environment, options, blobs } = await setUp();
    hub.intercept = stall;
    const child = resolveInChild(environment);
    await child.printed(`"bytes":${bytes.length / 2},`);
    child.process.kill("SIGKILL");
    expect((await child.ended).signal).toBe("SIGKILL");
    expect(existsSync(join(blobs, sha256(bytes)))).toBe(false);

    const answers: (() => void)[] = [];
    hub.intercept = (request, response) => {
      if (request.server !== "storage") return false;
      answers.push(() => sendFile(request, response, bytes));
      if (answers.length === 2) for (const answer of answers) answer();
      return true;
    };
    const [path] = await Promise.all([resolveModel(name, options), resolveModel(name, options)]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(ranges(hub).slice(1).sort()).toEqual([`bytes=${bytes.length / 2}-`, undefined]);
    expect(readdirSync(blobs)).toEqual([sha256(bytes)]);
  });

  test("killed or giving up leave nothing once another has the whole file", async () => {
    const { hub, environment, options, blobs } = await setUp();
    hub.intercept = stall;
    const child = resolveInChild(environment);
    await child.printed(`"bytes":${bytes.length / 2},`);
    child.process.kill("SIGKILL");
    await child.ended;

    hub.intercept = () => false;
    const giveUp = () =>
      writeFileSync(join(blobs, `${sha256(bytes)}.left.incomplete`), bytes.subarray(0, 1000));
    giveUp();
    await resolveModel(name, { ...options, onProgress: ({ kind }) => kind === "bytes" && giveUp() });
    expect(ranges(hub)).toEqual([undefined, "bytes=1000-"]);
    expect(readdirSync(blobs)).toEqual([sha256(bytes)]);
  });

  test("leave a part to the one that is at it, and both fetch the whole", async () => {
    const { hub, environment, options, blobs } = await setUp();
    hub.intercept = stall;
    const child = resolveInChild(environment);
    await child.printed(`"bytes":${bytes.length / 2},`);
    hub.intercept = () => false;
    expect(readFileSync(await resolveModel(name, options)).equals(bytes)).toBe(true);
    expect(ranges(hub)).toEqual([undefined, undefined]);
    expect(readdirSync(blobs)).toHaveLength(2);
    child.process.kill("SIGKILL");
    await child.ended;
  });

  test("of any number may fetch the same model at once", async () => {
    const { hub, environment, options, blobs } = await setUp();
    hub.intercept = cut(60_000, Number.POSITIVE_INFINITY);
    const children = Array.from({ length: 3 }, () => resolveInChild(environment));
    const here = Promise.all([resolveModel(name, options), resolveModel(name, options)]);
    const ended = await Promise.all(children.map(({ ended }) => ended));
    const [path] = await here;
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array(3).fill({ code: 0, stderr: "" }),
    );
    for (const child of children) expect(child.output()).toContain(JSON.stringify({ path }));
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(blobs)).toEqual([sha256(bytes)]);
  });

  test.for<[string, string, (blobs: string) => string]>([
    [
      "a full disk say how large the file is, and where to go",
      "size=128k",
      (blobs) =>
        `big.gguf has 300000 bytes, and the disk of ${blobs} is full (ENOSPC)\n` +
        "Make room, or set HF_HUB_CACHE to a folder on another disk; then run the same again.",
    ],
    [
      "a disk that may only be read say so",
      "ro",
      (blobs) =>
        `the cache must be a folder that may be written to, for big.gguf, got ${blobs} (EROFS)\n` +
        "Or set HF_HUB_CACHE to a folder of your own.",
    ],
  ])("on %s", async ([, mountOption, problem], { skip }) => {
    const { environment, blobs } = await setUp();
    const mount = `mount -t tmpfs -o ${mountOption} none "$0" && exec "$@"`;
    const namespace = ["-m", "sh", "-c", mount, environment.HF_HOME];
    try {
      execFileSync("unshare", [...namespace, "true"], { stdio: "pipe" });
    } catch (error) {
      skip(`needs root and unshare(1) to mount a small file system: ${(error as Error).message}`);
    }
    const child = resolveInChild(environment, ["unshare", ...namespace]);
    await child.ended;
    const { code, message } = JSON.parse(child.output().trim().split("\n").at(-1)!);
    expect(code).toBe("E_HUB");
    expect(message).toBe(`${name}: ${problem(blobs)}`);
  });
});

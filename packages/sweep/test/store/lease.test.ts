import { spawn, spawnSync } from "node:child_process";
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { leaseHolder, takeLease } from "../../src/store/lease.ts";
import { filesUnder, temporaryFolder } from "../helpers/example.ts";

function writeLock(folder: string, holder: object | string): string {
  const path = join(folder, "sweep.lock");
  writeFileSync(path, typeof holder === "string" ? holder : JSON.stringify(holder));
  return path;
}

const elsewhere = { host: "another-host", pid: 1, since: "2025-01-01T00:00:00.000Z", token: "t" };

test("the second to come is told who holds the folder, and gets it after the release", () => {
  const folder = temporaryFolder();
  const first = takeLease(folder);
  expect(() => takeLease(folder)).toThrow(
    expect.objectContaining({
      code: "E_SWEEP_BUSY",
      message:
        `out must not be in use, got a folder that process ${process.pid} on ${hostname()} has been working on ` +
        `since ${first.holder.since}\nWait for it, stop it, or use another --out.`,
    }),
  );
  first.release();
  expect(filesUnder(folder)).toEqual([]);
  takeLease(folder).release();
});

test("the lease of a process that has ended is taken over at once", () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const path = writeLock(folder, { ...elsewhere, host: hostname(), pid });
  const lease = takeLease(folder);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(lease.holder);
  lease.release();
  expect(filesUnder(folder)).toEqual([]);
});

test.runIf(existsSync("/proc/self/stat"))(
  "a pid that now names another process does not hold the lease",
  () => {
    const folder = temporaryFolder();
    writeLock(folder, { ...elsewhere, host: hostname(), pid: process.pid, startTicks: "1" });
    takeLease(folder).release();
  },
);

test("a lease of another host counts while it is renewed, and is stale after 30 seconds", () => {
  const folder = temporaryFolder();
  const path = writeLock(folder, elsewhere);
  expect(() => takeLease(folder)).toThrow(/process 1 on another-host/);
  const past = new Date(Date.now() - 31_000);
  utimesSync(path, past, past);
  takeLease(folder).release();
});

test("a lease that a clock ahead has set does not hold until that time comes", () => {
  const folder = temporaryFolder();
  const path = writeLock(folder, elsewhere);
  const future = new Date(Date.now() + 3_600_000);
  utimesSync(path, future, future);
  takeLease(folder).release();
  expect(filesUnder(folder)).toEqual([]);
});

test("what the holder's own clock said when it began decides nothing", () => {
  for (const since of ["2999-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", "noon"]) {
    const folder = temporaryFolder();
    const path = writeLock(folder, { ...elsewhere, since });
    expect(() => takeLease(folder)).toThrow(`has been working on since ${since}`);
    expect(leaseHolder(folder)?.since).toBe(since);
    const past = new Date(Date.now() - 31_000);
    utimesSync(path, past, past);
    expect(leaseHolder(folder)).toBeUndefined();
    takeLease(folder).release();
  }
});

test("a stale lease that another process has just removed, or replaced, is no error", () => {
  for (const by of [undefined, elsewhere]) {
    const folder = temporaryFolder();
    const path = writeLock(folder, "null");
    const rename = vi.spyOn(fs, "renameSync").mockImplementationOnce((from, to) => {
      rmSync(from);
      rename.mockRestore();
      syncBuiltinESMExports();
      if (by !== undefined) writeLock(folder, by);
      fs.renameSync(from, to);
    });
    syncBuiltinESMExports();
    if (by === undefined) takeLease(folder).release();
    else {
      expect(() => takeLease(folder)).toThrow(/process 1 on another-host/);
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(by);
    }
    expect(filesUnder(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  }
});

test("of two that take over a stale lease at once one gets it", async () => {
  const folder = temporaryFolder();
  writeLock(folder, "null");
  const module = new URL("../../src/store/lease.ts", import.meta.url).href;
  const program = `
    const { takeLease } = await import(${JSON.stringify(module)});
    try { takeLease(${JSON.stringify(folder)}); console.log("taken"); } catch ({ code }) { console.log(code); }
    process.stdin.resume();
    process.stdin.on("end", () => process.exit(0)); // holds it until both have tried`;
  const racers = [0, 1].map(() =>
    spawn(process.execPath, [...process.execArgv, "--input-type=module", "-e", program], {
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const said = await Promise.all(
    racers.map(
      ({ stdout }) =>
        new Promise<string>((done) => {
          stdout.once("data", (text) => done(String(text))).once("close", () => done("ended without a word"));
        }),
    ),
  );
  expect(said.map((one) => one.trim()).sort()).toEqual(["E_SWEEP_BUSY", "taken"]);
  for (const { stdin } of racers) stdin.end();
  await Promise.all(racers.map((racer) => new Promise((done) => racer.once("close", done))));
  expect(filesUnder(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
});

test("a lease is renewed and judged by the clock of the file system, not by the host's", () => {
  const folder = temporaryFolder();
  vi.useFakeTimers();
  try {
    vi.setSystemTime(Date.now() + 3_600_000);
    writeLock(folder, elsewhere);
    expect(() => takeLease(folder)).toThrow(/process 1 on another-host/);

    const own = temporaryFolder();
    const lease = takeLease(own);
    const path = join(own, "sweep.lock");
    utimesSync(path, 0, 0);
    vi.advanceTimersByTime(10_000);
    const probe = join(own, "probe");
    writeFileSync(probe, "");
    expect(Math.abs(statSync(probe).mtimeMs - statSync(path).mtimeMs)).toBeLessThan(60_000);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(lease.holder);
    lease.release();
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  '{"host":',
  "",
  "null",
  "[]",
  "{}",
  "7",
  '"7"',
  ...[-1, 0, 1.5, "7", null].map((pid) => JSON.stringify({ ...elsewhere, pid })),
  JSON.stringify({ ...elsewhere, host: 7 }),
  JSON.stringify({ ...elsewhere, since: undefined }),
])("a lease that holds %s stops nobody", (text) => {
  const folder = temporaryFolder();
  writeLock(folder, text);
  expect(leaseHolder(folder)).toBeUndefined();
  takeLease(folder).release();
});

test("a folder in place of a lease that was held is left alone", () => {
  const folder = temporaryFolder();
  const lease = takeLease(folder);
  const path = join(folder, "sweep.lock");
  rmSync(path);
  mkdirSync(path);
  lease.release();
  expect(leaseHolder(folder)).toBeUndefined();
  expect(lstatSync(path).isDirectory()).toBe(true);
});

test("the folder is made where it is missing, and refused where it cannot be", () => {
  const folder = temporaryFolder();
  takeLease(join(folder, "a", "b")).release();
  expect(filesUnder(join(folder, "a", "b"))).toEqual([]);
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => takeLease(file)).toThrow(
    expect.objectContaining({
      code: "E_OUT",
      message: `out must be a folder that can be written to, got ${file} (EEXIST)\nUse another --out.`,
    }),
  );
});

test.runIf(existsSync("/proc/self/stat"))("a folder that takes no files is given up", () => {
  expect(() => takeLease("/proc/none")).toThrow(
    "out must be a folder that can be written to, got /proc/none (ENOENT)",
  );
  expect(() => takeLease("/proc")).toThrow(
    "out must be a folder that can be written to, got /proc (no sweep.lock there after 20 tries)",
  );
});

test.each([
  ["a dangling symbolic link", (path: string) => symlinkSync(`${path}.gone`, path)],
  ["a symbolic link", (path: string) => symlinkSync("/", path)],
  ["a folder or device", (path: string) => mkdirSync(path)],
])("%s in place of the lease is refused and left alone", (what, make) => {
  const folder = temporaryFolder();
  const path = join(folder, "sweep.lock");
  make(path);
  const { ino } = lstatSync(path);
  expect(() => takeLease(folder)).toThrow(
    expect.objectContaining({
      code: "E_OUT",
      message:
        `out must hold sweep.lock as a plain file or not at all, got ${what}\n` +
        `Delete ${path}, then run the same again.`,
    }),
  );
  expect(lstatSync(path).ino).toBe(ino);
});

test("releasing leaves a lease alone that somebody else has taken over meanwhile", () => {
  const folder = temporaryFolder();
  const lease = takeLease(folder);
  const path = writeLock(folder, elsewhere);
  lease.release();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(elsewhere);
});

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { identityOf, isRunning, ownIdentity } from "../../src/store/process-identity.ts";
import {
  hasMark,
  killLeftover,
  markVariable,
  newMark,
  type ProcessToRun,
  runProcess,
  signalMarked,
} from "../../src/trainers/run-process.ts";
import { temporaryFolder } from "../helpers/example.ts";
import { until } from "../helpers/sweep-process.ts";

/** What runs a shell script with `$OUT` for its folder. */
function shell(script: string, changes: Partial<ProcessToRun> = {}): ProcessToRun {
  const folder = temporaryFolder();
  const command = ["sh", "-c", script];
  return { setting: "command", command, folder, attempt: folder, environment: { OUT: folder }, ...changes };
}

function pidIn(folder: string, name: string): number {
  return Number(readFileSync(join(folder, name), "utf8"));
}

const isThere = (pid: number) => isRunning(identityOf(pid)) === true;

/** Arguments of each process of this machine, from /proc or, where there is none, from ps. */
function commandLines(): string[] {
  if (!existsSync("/proc/self/cmdline"))
    return spawnSync("ps", ["-eo", "args", "-ww"], { encoding: "utf8" }).stdout.split("\n");
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

describe("runProcess", () => {
  test("tells how the command ended by itself", async () => {
    expect(await runProcess(shell("exit 0"))).toMatchObject({ code: 0, signal: null });
    expect(await runProcess(shell("exit 42"))).toMatchObject({ code: 42, signal: null });
    const killed = await runProcess(shell("kill -KILL $$"));
    expect(killed).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(killed.seconds).toBeGreaterThan(0);
  });

  test("gives each word as it is, in the folder, with nothing of a shell", async () => {
    const folder = join(temporaryFolder(), "a b");
    mkdirSync(folder);
    const script = 'require("fs").writeFileSync("got.json", JSON.stringify(process.argv.slice(1)))';
    const command = [process.execPath, "-e", script, "$HOME", "a b", "*", "'"];
    await runProcess(shell("", { command, folder }));
    expect(JSON.parse(readFileSync(join(folder, "got.json"), "utf8"))).toEqual(["$HOME", "a b", "*", "'"]);
  });

  test("its environment is this one's, with what is given and without what is taken out", async () => {
    process.env.LORANK_TEST_SEED = "from around";
    try {
      const task = shell('env | grep -Ec "^(A=a b|LORANK_TEST_SEED=.*|PATH=.+)$" > got.txt', {
        environment: { A: "a b", LORANK_TEST_SEED: undefined },
      });
      await runProcess(task);
      expect(readFileSync(join(task.folder, "got.txt"), "utf8")).toBe("2\n");
    } finally {
      delete process.env.LORANK_TEST_SEED;
    }
  });

  test.each([
    ["a program that is not there", ["no-such-program"], "ENOENT"],
    ["no name", [""], "cannot be empty"],
    ["a zero byte", ["sh", "a\0b"], "null bytes"],
    ["too many words", ["sh", "x".repeat(4e6)], "E2BIG"],
  ])("%s is wrong input, named by its setting", async (_, command, reason) => {
    const task = shell("", { command, setting: "evaluate" });
    await expect(runProcess(task)).rejects.toMatchObject({
      code: "E_TRAINER",
      message: expect.stringMatching(
        new RegExp(
          `^trainer.evaluate must name a program that can be started in ${task.folder}, got ${command[0]}: .*${reason}`,
        ),
      ),
    });
  });

  test("nor can one be started in a folder that is gone", async () => {
    const folder = join(temporaryFolder(), "gone");
    await expect(runProcess(shell("exit 0", { folder }))).rejects.toMatchObject({ code: "E_TRAINER" });
  });

  test("one that cannot be recorded does not run on", async () => {
    const attempt = join(temporaryFolder(), "gone");
    const script = `: ${attempt}; while :; do sleep 0.01; done`;
    await expect(runProcess(shell(script, { attempt }))).rejects.toThrow("ENOENT");
    await until(() => !commandLines().some((line) => line.includes(script)), "the command ends");
  });
});

describe("what a command leaves running in the background", () => {
  test("ends with it", async () => {
    const task = shell("sleep 60 & echo $! > $OUT/pid");
    expect(await runProcess(task)).toMatchObject({ code: 0 });
    await until(() => !isThere(pidIn(task.folder, "pid")), "the process in the background ends");
  });
});

describe.runIf(process.platform === "linux")(
  "what left the command's group (only Linux tells whose it is)",
  () => {
    /** A script that starts one in a session of its own, or in a mere group, with a parent that is gone. */
    const escapes = (script: string, started = 'setsid sh -c "$CHILD"', first = ":") =>
      `export CHILD='${first}; echo $$ > $OUT/new; mv $OUT/new $OUT/pid; ${script}'; (${started} &) ; while ! [ -e $OUT/pid ]; do sleep 0.01; done`;

    test("ends with it, however it is started", async () => {
      const task = shell(escapes("sleep 120; :"));
      expect(await runProcess(task)).toMatchObject({ code: 0 });
      await until(() => !isThere(pidIn(task.folder, "pid")), "the process in its own session ends");
    });

    test.each([
      ["a session", undefined],
      ["a group", `bash -c 'set -m; sh -c "$CHILD" & wait'`],
    ])("is asked to end with it where it is in %s of its own", async (_, started) => {
      const first = `trap "echo asked > $OUT/asked; exit" TERM`;
      const forever = "while :; do sleep 0.01; done";
      const waits = "while ! [ -e $OUT/asked ]; do sleep 0.01; done";
      const command = `trap "${waits}; exit" TERM; ${escapes(forever, started, first)}; ${forever}`;
      const task = shell(command, { timeoutSeconds: 1000 });
      const timer = vi.spyOn(globalThis, "setTimeout").mockReturnValueOnce(undefined as never);
      const running = expect(runProcess(task)).rejects.toMatchObject({ code: "E_TIMEOUT" });
      const [isOver] = timer.mock.lastCall!;
      timer.mockRestore();
      // The time is over once the process that left the group has its trap.
      await until(() => existsSync(join(task.folder, "pid")), "the process that left the group runs");
      isOver();
      await running;
      expect(existsSync(join(task.folder, "asked"))).toBe(true);
    });

    test("leaves another call's alone", async () => {
      const other = shell(`${escapes("sleep 120; :")}; while ! [ -e $OUT/done ]; do sleep 0.01; done`);
      const running = runProcess(other);
      await until(() => existsSync(join(other.folder, "pid")), "the other's process runs");
      await runProcess(shell(escapes("sleep 120; :")));
      expect(isThere(pidIn(other.folder, "pid"))).toBe(true);
      writeFileSync(join(other.folder, "done"), "");
      await running;
    });

    test("is ended by the next attempt where the process that watched was killed", async () => {
      const task = shell(escapes("sleep 120; :"));
      const file = join(task.folder, "process.json");
      const { OUT } = task.environment;
      const mark = "0123456789abcdef0123456789abcdef";
      const env = { ...process.env, OUT, LORANK_CALL: mark };
      const child = spawn("sh", ["-c", task.command[2]!], { env, detached: true });
      await new Promise((resolve) => child.once("exit", resolve));
      expect(isThere(pidIn(task.folder, "pid"))).toBe(true);
      const left = { host: hostname(), pid: child.pid, watchedBy: { host: hostname(), pid: 2 ** 22 + 1 } };
      writeFileSync(file, JSON.stringify({ ...left, mark: mark.replace("0", "1") }));
      expect(killLeftover(task.folder)).toBe(true);
      expect(isThere(pidIn(task.folder, "pid"))).toBe(true);
      writeFileSync(file, JSON.stringify({ ...left, mark }));
      expect(killLeftover(task.folder)).toBe(true);
      await until(() => !isThere(pidIn(task.folder, "pid")), "the process in its own session ends");
    });
  },
);

describe("a timeout", () => {
  test("asks the command and all that it started to end, and says so", async () => {
    const task = shell('trap "echo asked > asked" TERM; sleep 60 & echo $! > pid; wait; exit 0', {
      timeoutSeconds: 0.2,
    });
    await expect(runProcess(task)).rejects.toMatchObject({
      code: "E_TIMEOUT",
      message: "trainer.command must end within its timeout of 0.2 s, got more",
    });
    expect(existsSync(join(task.folder, "asked"))).toBe(true);
    await until(() => !isThere(pidIn(task.folder, "pid")), "its child ends");
  });

  test("kills what does not end when it is asked", async () => {
    const task = shell('trap "" TERM; echo $$ > pid; while :; do sleep 0.01; done', {
      timeoutSeconds: 0.2,
      graceMs: 50,
    });
    await expect(runProcess(task)).rejects.toMatchObject({ code: "E_TIMEOUT" });
    expect(isThere(pidIn(task.folder, "pid"))).toBe(false);
  });

  test("of two months is none, for no timer can wait so long", async () => {
    const task = shell("sleep 0.05", { timeoutSeconds: 60 * 24 * 3600 });
    expect(await runProcess(task)).toMatchObject({ code: 0 });
  });
});

describe("killLeftover", () => {
  /** Runs a command until it is recorded, as if another process watched it. */
  async function leftover(
    watchedBy: object,
  ): Promise<{ folder: string; pid: number; ended: Promise<unknown> }> {
    const task = shell("sleep 60");
    const ended = runProcess(task).catch(() => {});
    const file = join(task.folder, "process.json");
    const recorded = JSON.parse(readFileSync(file, "utf8"));
    expect(recorded.watchedBy).toEqual(ownIdentity());
    writeFileSync(file, JSON.stringify({ ...recorded, watchedBy }));
    return { folder: task.folder, pid: recorded.pid, ended };
  }
  const gone = { host: hostname(), pid: 2 ** 22 + 1 }; // above the largest that Linux gives

  test("ends a command whose worker is gone", async () => {
    const { folder, pid, ended } = await leftover(gone);
    expect(killLeftover(folder)).toBe(true);
    await ended;
    expect(isThere(pid)).toBe(false);
  });

  test.each([
    ["runs", ownIdentity()],
    ["is on another host", { ...gone, host: "another" }],
  ])("leaves one alone whose worker %s", async (_, watchedBy) => {
    const { folder, pid, ended } = await leftover(watchedBy);
    expect(killLeftover(folder)).toBe(false);
    expect(isThere(pid)).toBe(true);
    process.kill(-pid, "SIGKILL");
    await ended;
  });

  test("of a pid that now names another process, nothing is killed", () => {
    const folder = temporaryFolder();
    const other = { ...ownIdentity(), startTicks: "1" };
    writeFileSync(join(folder, "process.json"), JSON.stringify({ ...other, watchedBy: gone }));
    expect(killLeftover(folder)).toBe(true);
  });

  test.each([0, 1, -1, "1", null])("a record with %j for a process is none: nothing is killed", (pid) => {
    const folder = temporaryFolder();
    const killed = vi.spyOn(process, "kill").mockImplementation((pid) => {
      if (pid === gone.pid) throw Object.assign(new Error(), { code: "ESRCH" });
      return true; // and nothing is killed, whatever fails here: -1 means every process
    });
    writeFileSync(join(folder, "process.json"), JSON.stringify({ host: hostname(), pid, watchedBy: gone }));
    expect(killLeftover(folder)).toBe(false);
    expect(killed.mock.calls.filter(([, signal]) => signal !== 0)).toEqual([]);
    killed.mockRestore();
  });

  test("passes over a folder without a record, or with half of one", () => {
    const folder = temporaryFolder();
    expect(killLeftover(folder)).toBe(false);
    for (const text of ['{"host":', "null", "{}"]) {
      writeFileSync(join(folder, "process.json"), text);
      expect(killLeftover(folder)).toBe(false);
    }
  });
});

describe.runIf(process.platform === "linux")(
  "marked processes (only Linux tells the environment of one)",
  () => {
    function marked(mark: string): { pid: number; end: Promise<NodeJS.Signals | null> } {
      const child = spawn("sleep", ["60"], {
        env: { [markVariable]: mark, PATH: process.env.PATH },
        detached: true,
      });
      return {
        pid: child.pid!,
        end: new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal))),
      };
    }

    test("have a signal, and others have none", async () => {
      const [mark, other] = [newMark(), newMark()];
      const [one, two, another] = [marked(mark), marked(mark), marked(other)];
      expect(hasMark(one.pid, mark)).toBe(true);
      expect(hasMark(another.pid, mark)).toBe(false);
      signalMarked(mark, "SIGTERM", two.pid); // detached: its group has its number
      expect(await one.end).toBe("SIGTERM");
      signalMarked(mark, "SIGKILL");
      expect(await two.end).toBe("SIGKILL");
      expect(hasMark(another.pid, other)).toBe(true);
      signalMarked(other, "SIGKILL");
      expect(await another.end).toBe("SIGKILL");
    });

    test("of a process that is not there, nothing is known", () => {
      expect(hasMark(2 ** 22 + 1, newMark())).toBeUndefined();
      expect(hasMark(process.pid, newMark())).toBe(false);
    });
  },
);

import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { hasMark, markVariable, newMark, signalMarked } from "../../src/trainers/marked-processes.ts";

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

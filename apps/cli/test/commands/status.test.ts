import { shows } from "./shows.ts";
import { type MadeState, sweepFolder } from "./sweep-folder.ts";

const out = 'Traceback (most recent call last):\n  File "train.py", line 7\nRuntimeError: no space left\n';

/** A sweep in which each kind of trial occurs. */
function someOfEach(rank: number, seed: number): MadeState {
  if (seed < 2) return { state: "done", status: rank === 16 && seed === 1 ? "diverged" : "completed" };
  const states: Record<string, MadeState> = {
    "4-2": { state: "running", step: 12 },
    "8-2": { state: "running" },
    "16-2": { state: "lost", step: 40 },
    "4-3": { state: "failed", reason: "exited with code 1; it last printed:\nRuntimeError", output: out },
    "8-3": { state: "cancelled" },
  };
  return states[`${rank}-${seed}`] ?? { state: "waiting" };
}

shows("status", "finished", async (terminal) => {
  await sweepFolder(terminal);
  await terminal.run("status swept");
});

shows("status", "running, with trials in every state", async (terminal) => {
  await sweepFolder(terminal, { state: someOfEach, host: "node7" });
  await terminal.run("status swept");
});

shows("status", "stopped, with a failed and a lost trial", async (terminal) => {
  await sweepFolder(terminal, { state: someOfEach });
  await terminal.run("status swept");
});

shows("status", "another trainer", async (terminal) => {
  await sweepFolder(terminal, { trainer: { command: ["python", "train.py"], files: [] } });
  await terminal.run("status swept");
});

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openSafetensors, writeSafetensors } from "@lorank/checkpoint/files";
import type { EngineSpec } from "@lorank/evidence/results";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { inFolder, removeCheckpoints } from "../../src/node/trials.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { TrainingCheckpoints } from "../../src/trial/training-checkpoints.ts";
import { bundledChild, fastClock, fiveSteps } from "../helpers/checkpoints.ts";

const nameOf = (step: number) => `checkpoint-${String(step).padStart(9, "0")}.safetensors`;
const { learner, spec, stepTo } = fiveSteps();
const owner = { spec, computer: "onnx on cpu with 1 thread" };

/** What a training finds in a folder, and says of it. */
function found(folder: string, { spec, computer } = owner): { step: number; events: TrialEvent[] } {
  const events: TrialEvent[] = [];
  const checkpoints = new TrainingCheckpoints(
    inFolder({ folder, every: "off" }),
    { spec, computer },
    (event) => events.push(event),
  );
  const fresh = learner();
  const step = checkpoints.begin(fresh);
  expect(fresh.lossCurve).toHaveLength(step);
  return { step, events };
}

/** Checkpoints of steps 3 and 4, of a training that has written four. */
const original = temporaryFolder();
beforeAll(() => {
  const checkpoints = new TrainingCheckpoints(
    inFolder({ folder: original, every: { steps: 1 }, now: fastClock() }),
    owner,
    () => {},
  );
  const one = learner();
  checkpoints.begin(one);
  for (let step = 1; step <= 4; step++) {
    stepTo(one, step);
    checkpoints.stepped(step);
  }
});

function copied(): string {
  const folder = temporaryFolder();
  cpSync(original, folder, { recursive: true });
  return folder;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  writeFileSync(path, bytes);
}

/** Writes a checkpoint anew with other metadata. */
function rewrite(
  path: string,
  change: (metadata: Readonly<Record<string, string>>) => Record<string, string>,
): void {
  const { metadata, tensors, readFloat32, close } = openSafetensors(path);
  const same = new Map([...tensors].map(([name, { shape }]) => [name, { shape, data: readFloat32(name) }]));
  close();
  writeSafetensors(path, same, change(metadata));
}

test("two are kept, and the newest is taken", () => {
  expect(readdirSync(original).sort()).toEqual([nameOf(3), nameOf(4)]);
  expect(found(original)).toEqual({ step: 4, events: [{ kind: "resumed", step: 4, steps: 5 }] });
});

test("an empty folder, or none, is a training that begins", () => {
  expect(found(temporaryFolder())).toEqual({ step: 0, events: [] });
  expect(found(join(temporaryFolder(), "none"))).toEqual({ step: 0, events: [] });
});

const size = () => readFileSync(join(original, nameOf(4))).length;
const damages: readonly (readonly [string, (path: string) => void, string | RegExp])[] = [
  ["with a bit changed in a tensor", (path) => flip(path, -5), "it is damaged: its SHA-256 is another"],
  [
    "with a bit changed in its state",
    (path) => flip(path, readFileSync(path).indexOf("trainTokens")),
    "it is damaged: its SHA-256 is another",
  ],
  ["with a bit changed in its header's length", (path) => flip(path, 1), /^it cannot be read: /],
  ["cut in its data", (path) => truncateSync(path, size() - 100), /^it cannot be read: /],
  ["cut in its header", (path) => truncateSync(path, 100), /^it cannot be read: /],
  ["that is empty", (path) => truncateSync(path, 0), /^it cannot be read: /],
  [
    "of an older format",
    (path) => rewrite(path, (metadata) => ({ ...metadata, version: "0" })),
    "its format is version 0, not 1",
  ],
  [
    "that is another file of tensors",
    (path) => rewrite(path, () => ({ format: "pt" })),
    "it is no checkpoint",
  ],
  [
    "whose state is that of another step",
    (path) =>
      rewrite(path, ({ state, ...rest }) => ({ ...rest, state: state!.replace('"step":4', '"step":3') })),
    "it is damaged: its SHA-256 is another",
  ],
];

describe.each(damages)("a newest one %s", (_, damage, reason) => {
  test("gives way to the one before it, and is gone with the next", () => {
    const folder = copied();
    damage(join(folder, nameOf(4)));
    const { step, events } = found(folder);
    expect(step).toBe(3);
    expect(events).toEqual([
      {
        kind: "note",
        text: expect.stringMatching(/^the checkpoint of step 4 is not used: .*; it goes on from step 3$/s),
      },
      { kind: "resumed", step: 3, steps: 5 },
    ]);
    const [note] = events as [Extract<TrialEvent, { kind: "note" }>];
    const said = note.text.slice(
      "the checkpoint of step 4 is not used: ".length,
      -"; it goes on from step 3".length,
    );
    expect(said).toMatch(reason);

    const checkpoints = new TrainingCheckpoints(
      inFolder({ folder, every: { steps: 5 }, now: fastClock() }),
      owner,
      () => {},
    );
    const one = learner();
    checkpoints.begin(one);
    stepTo(one, 5);
    checkpoints.stepped(5);
    expect(readdirSync(folder).sort()).toEqual([nameOf(3), nameOf(5)]);
    expect(found(folder).step).toBe(5);
  });
});

test("where both are damaged, training starts from the first step and says why", () => {
  const folder = copied();
  for (const step of [3, 4]) flip(join(folder, nameOf(step)), -1);
  const reason = "is not used: it is damaged: its SHA-256 is another";
  const text = `the checkpoint of step 4 ${reason}; the checkpoint of step 3 ${reason}; it starts from the first step`;
  expect(found(folder)).toEqual({ step: 0, events: [{ kind: "note", text }] });
});

test.each([
  ["another seed", { ...owner, spec: { ...spec, seed: 7 } }, "it is of another trial"],
  [
    "other data",
    { ...owner, spec: { ...spec, data: { ...spec.data, sha256: "0".repeat(64) } } },
    "it is of another trial",
  ],
  [
    "another device",
    { ...owner, computer: "onnx on cuda with 1 thread" },
    "it was computed with onnx on cpu with 1 thread, not onnx on cuda with 1 thread",
  ],
  [
    "another number of threads",
    { ...owner, computer: "onnx on cpu with 2 threads" },
    "it was computed with onnx on cpu with 1 thread, not onnx on cpu with 2 threads",
  ],
])("that of %s is not believed", (_, other: { spec: EngineSpec; computer: string }, reason) => {
  const { step, events } = found(original, other);
  expect(step).toBe(0);
  expect(events).toEqual([{ kind: "note", text: expect.stringContaining(`step 4 is not used: ${reason};`) }]);
});

test("they go with their folder, and what a killed process left half written goes too", () => {
  const folder = join(copied(), "resume");
  cpSync(original, folder, { recursive: true });
  writeFileSync(join(folder, `.${nameOf(5)}.00ff00ff00ff00ff.tmp`), "half");
  removeCheckpoints(folder);
  expect(existsSync(folder)).toBe(false);
  mkdirSync(folder);
  writeFileSync(join(folder, "notes.txt"), "somebody's");
  removeCheckpoints(folder);
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});

describe("in a process of its own", () => {
  const child = bundledChild();
  const lastLine = (text: string) => text.trim().split("\n").at(-1)!;

  test("a kill before any one of its file-system calls leaves the old two or the new one", () => {
    const steps: number[] = [];
    for (let nth = 1; nth < 100; nth++) {
      const folder = copied();
      let isDone = true;
      try {
        execFileSync(process.execPath, [child, "kill", folder, String(nth)], { stdio: "pipe" });
      } catch (error) {
        expect((error as { signal: string }).signal).toBe("SIGKILL");
        isDone = false;
      }
      const { step, events } = found(folder);
      expect(events).toEqual([{ kind: "resumed", step, steps: 5 }]); // nothing that is refused
      steps.push(step);
      if (isDone) break;
    }
    // open, write (header, six tensors), fsync, close, rename; then the folder's fsync, and the third that goes
    expect(steps.indexOf(5)).toBeGreaterThan(5);
    expect(steps.length - steps.indexOf(5)).toBeGreaterThan(3);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps)).toEqual(new Set([4, 5]));
  });

  test("a full disk is told once, and training goes on", ({ skip }) => {
    const mountPoint = temporaryFolder();
    const inNamespace = (command: string[]) =>
      execFileSync(
        "unshare",
        ["-m", "sh", "-c", 'mount -t tmpfs -o size=16k none "$0" && exec "$@"', mountPoint, ...command],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      );
    try {
      inNamespace(["true"]);
    } catch (error) {
      skip(`needs root and unshare(1) to mount a small file system: ${(error as Error).message}`);
    }
    const printed = lastLine(inNamespace([process.execPath, child, "fill", join(mountPoint, "resume")]));
    expect(JSON.parse(printed)).toEqual({
      events: [
        {
          kind: "note",
          text: expect.stringMatching(
            /^training goes on without a checkpoint: .*checkpoint-000000001\.safetensors could not be written: ENOSPC/,
          ),
        },
      ],
      files: false,
    });
  });
});

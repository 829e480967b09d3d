import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunningCurves, sweepStatus } from "../../src/folder.ts";
import { AttemptLog } from "../../src/store/attempt-log.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

function running() {
  const out = temporaryFolder();
  const plan = examplePlan();
  reconcileSweepFile(out, plan, false);
  const store = new SweepStore(out);
  const id = store.addSpec(plan.specs[0]!);
  const start = () => {
    const { folder } = store.claimAttempt(id);
    return { log: new AttemptLog(folder, { threads: 1 }), file: join(folder, "log.jsonl") };
  };
  const curves = new RunningCurves(new SweepStore(out, { readOnly: true }));
  const curve = () => curves.of(sweepStatus(out).trials).get(id);
  const states = () => curves.withPoints(sweepStatus(out).trials);
  return { start, curves, curve, read: () => curve()?.losses, states };
}

test("a reading goes on where the last one ended, and waits for the end of a line", () => {
  const { start, read } = running();
  const { log, file } = start();
  expect(read()).toEqual([]);
  log.event({ kind: "step", step: 1, steps: 3, loss: 0.5 });
  expect(read()).toEqual([[1, 0.5]]);
  appendFileSync(file, '{"kind":"step","step":2,"lo');
  expect(read()).toEqual([[1, 0.5]]);
  appendFileSync(file, 'ss":0.25}\n{"kind":"evaluating","done":1,"total":2}\nno line of ours\n');
  expect(read()).toEqual([
    [1, 0.5],
    [2, 0.25],
  ]);
});

test("another attempt begins anew, and what runs no more is forgotten", () => {
  const { start, read, curves } = running();
  const first = start();
  first.log.event({ kind: "step", step: 1, loss: 0.5 });
  expect(read()).toEqual([[1, 0.5]]);
  start().log.event({ kind: "step", step: 1, loss: 0.75 });
  expect(read()).toEqual([[1, 0.75]]);
  expect(curves.files()).toHaveLength(1);
  curves.of([]);
  expect(curves.files()).toEqual([]);
});

test("evaluations on the way are read as they come, and a status has the latest", () => {
  const { start, curve, states } = running();
  const { log } = start();
  log.event({ kind: "step", step: 4, steps: 8, loss: 0.5 });
  expect(curve()).toMatchObject({ losses: [[4, 0.5]], points: [] });
  expect(states()[0]).not.toHaveProperty("point");
  log.event({ kind: "point", step: 4, steps: 8, accuracy: 0.75, logLoss: 0.4 });
  log.event({ kind: "point", step: 6, accuracy: 0.5 });
  expect(curve()!.points).toEqual([
    { step: 4, accuracy: 0.75, logLoss: 0.4 },
    { step: 6, accuracy: 0.5 },
  ]);
  expect(states()[0]).toMatchObject({ state: "running", step: 4, point: { step: 6, accuracy: 0.5 } });
  expect(states()[1]).not.toHaveProperty("point");
});

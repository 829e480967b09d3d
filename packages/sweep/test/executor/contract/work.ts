import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { collectEvents, type MakeScene, testExamples } from "../../helpers/contract-scene.ts";
import { exampleTest } from "../../helpers/example.ts";
import { misbehaving } from "../../helpers/fake-trainer.ts";
import { cut, finishTrials } from "../../helpers/finished.ts";
import { staged } from "../../helpers/staged.ts";

const nobody = () => {};

/** Work that ends well. */
export function workIsDone(scene: MakeScene): void {
  test("runs a trial once, says how its process ended, and keeps its result", async (context) => {
    const s = scene(context);
    const { ended } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    expect(await ended).toEqual({ reason: "the trial's process exited with code 0", mayRetry: true });
    expect(s.store.readResult(s.ids[0]!).status).toBe("completed");
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(1);
  });

  test("reports the attempt that started, then the trial's steps", async (context) => {
    const s = scene(context, { seeds: [staged.isSlow] });
    const { events, onEvent } = collectEvents();
    await (await s.executor()).submit(s.train(s.ids[0]!), onEvent).ended;
    expect(events[0]).toEqual({ kind: "started", trialId: s.ids[0], attempt: 1 });
    // On a busy machine what a process said on its way comes after the news of its end.
    const firstStep = () => events.find((event) => event.kind === "progress" && event.event.kind === "step");
    await expect.poll(firstStep).toMatchObject({ trialId: s.ids[0], event: { step: 1, steps: 5 } });
  });

  test("keeps what the process prints beside the attempt", async (context) => {
    const s = scene(context, { seeds: [misbehaving.throws] });
    await (await s.executor()).submit(s.train(s.ids[0]!), nobody).ended;
    const output = readFileSync(join(s.store.attempts(s.ids[0]!)[0]!.folder, "output.txt"), "utf8");
    expect(output).toContain("the loss function of");
  });

  test("a diverged trial is a result and is not tried again", async (context) => {
    const s = scene(context, { ranks: [8], seeds: [misbehaving.diverges] });
    expect(await s.run()).toEqual({ finished: s.ids, failed: [] });
    expect(s.store.readResult(s.ids[0]!).status).toBe("diverged");
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(1);
  });

  test("twelve trials are done once each", async (context) => {
    const s = scene(context, { ranks: [1, 2, 4], seeds: [0, 1, 2, 3], trialsAtOnce: 3 });
    const { finished, failed } = await s.run();
    expect(finished.toSorted()).toEqual(s.ids.toSorted());
    expect(failed).toEqual([]);
    expect(s.ids.map((id) => s.store.attempts(id).length)).toEqual(s.ids.map(() => 1));
    expect(s.notes("starts")).toHaveLength(12);
  });

  test("never runs more processes side by side than asked", async (context) => {
    const s = scene(context, { ranks: [1, 2, 4], seeds: [0, 1], trialsAtOnce: 2 });
    await s.run();
    const most = Math.max(...s.notes("side-by-side").map(Number));
    expect(most).toBeLessThanOrEqual(2);
  });

  test("starts trials in the order in which they were handed over", async (context) => {
    const s = scene(context, { ranks: [1, 2, 4, 8], seeds: [0], trialsAtOnce: 1 });
    await s.run();
    const specs = s.ids.map((id) => s.store.readSpec(id));
    expect(s.notes("starts")).toEqual(specs.map(({ lora, seed }) => `${lora.rank} ${seed}`));
  });

  test("takes at least as much work at once as it was asked to", async (context) => {
    const s = scene(context, { trialsAtOnce: 2 });
    expect((await s.executor()).capacity).toBeGreaterThanOrEqual(2);
  });

  test("cuts an adapter", async (context) => {
    const s = scene(context, { ranks: [8], seeds: [3] });
    const [trialId] = await finishTrials(s.store, [s.store.readSpec(s.ids[0]!)]);
    const work = { kind: "truncate", trialId: trialId!, ranks: [4, 2] } as const;
    await (await s.executor()).submit(work, nobody).ended;
    const [four] = await cut(s.store, trialId!, [4]);
    expect(s.store.readTruncation(trialId!, 4)).toEqual(four);
    expect(s.store.hasTruncation(trialId!, 2)).toBe(true);
  });

  test("evaluates the base of a trial that has not run", async (context) => {
    const s = scene(context, { ranks: [8], seeds: [3] });
    const [trialId = ""] = s.ids;
    await (await s.executor()).submit({ kind: "base", trialId }, nobody).ended;
    expect(s.store.readBase(trialId).correct).toHaveLength(30);
    expect(s.store.isDone(trialId)).toBe(false);
  });

  test("scores an adapter on test examples", async (context) => {
    const s = scene(context, { ranks: [4], seeds: [4] });
    const [trialId] = await finishTrials(s.store, [s.store.readSpec(s.ids[0]!)]);
    const work = { kind: "evaluate", trialId: trialId!, test: testExamples(s) } as const;
    await (await s.executor()).submit(work, nobody).ended;
    expect(s.store.readTestRun(exampleTest.sha256, trialId!).evaluation.correct).toHaveLength(20);
  });

  test("a results folder may have spaces, quotes and other letters in its name", async (context) => {
    const s = scene(context, {
      name: 'r\u00e9sultats d\'\u00e9t\u00e9 \u2013 "100 %a" $(x) `y` & ; \u7d50\u679c',
    });
    expect(await s.run()).toEqual({ finished: s.ids, failed: [] });
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(1);
  });
}

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type MakeScene, testExamples } from "../../helpers/contract-scene.ts";
import { misbehaving, testOnly } from "../../helpers/fake-trainer.ts";
import { finishTrials } from "../../helpers/finished.ts";
import { staged } from "../../helpers/staged.ts";

const nobody = () => {};

/** Processes that fail. */
export function failuresAreSurvived(scene: MakeScene): void {
  test.for([
    ["throws", staged.throwsOnce, /exited with code 1; it last printed:[\s\S]*the first start fails/],
    ["is killed", staged.diesOnce, /was killed by SIGKILL/],
    ["exits with 0 and leaves nothing", staged.exitsOnce, /exited with code 0$/],
  ] as const)("a process that %s is started again", async ([, seed, words], context) => {
    const s = scene(context, { seeds: [seed] });
    expect(await s.run()).toEqual({ finished: s.ids, failed: [] });
    expect(s.kinds()).toEqual(["started", "retried", "started", "finished"]);
    expect(s.events.find(({ kind }) => kind === "retried")).toMatchObject({
      attempt: 1,
      reason: expect.stringMatching(words),
    });
  });

  test("a trial that fails three times is given up, with the last lines that it printed", async (context) => {
    const s = scene(context, { seeds: [misbehaving.throws] });
    const { finished, failed } = await s.run();
    expect(finished).toEqual([]);
    expect(failed[0]!.message).toMatch(
      /^failed after 3 attempts: the trial's process exited with code 1; it last printed:\n(.*\n)*Error: the loss function of this trial is broken/,
    );
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(3);
  });

  test("asks for no more attempts than it may", async (context) => {
    const s = scene(context, { seeds: [misbehaving.throws], maxAttempts: 1 });
    expect((await s.run()).failed[0]!.message).toMatch(/^failed after 1 attempt: /);
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(1);
  });

  test("wrong input is not tried again", async (context) => {
    const s = scene(context, { seeds: [misbehaving.wrongInput] });
    const { failed } = await s.run();
    expect(failed[0]!.message).toBe(
      "failed after 1 attempt: the trial's process exited with code 2; it last printed:\n" +
        'E_TARGET: no layer matches "q_porj"',
    );
  });

  test("wrong input of an evaluation is not tried again either", async (context) => {
    const s = scene(context, { ranks: [4], seeds: [testOnly + misbehaving.wrongInput] });
    const [trialId] = await finishTrials(s.store, [s.store.readSpec(s.ids[0]!)]);
    const test = testExamples(s);
    const { ended } = (await s.executor()).submit({ kind: "evaluate", trialId: trialId!, test }, nobody);
    expect(await ended).toMatchObject({ mayRetry: false, reason: expect.stringContaining("E_TARGET") });
    const output = s.store.testRunPath(test.sha256, trialId!).replace(/json$/, "txt");
    expect(readFileSync(output, "utf8")).toContain("E_TARGET");
  });

  test("a process that crashes after its commit has done its work", async (context) => {
    const s = scene(context, { seeds: [misbehaving.crashesAtTeardown] });
    expect(await s.run()).toEqual({ finished: s.ids, failed: [] });
    expect(s.store.attempts(s.ids[0]!)).toHaveLength(1);
  });

  test("a trial that fails does not hurt the others", async (context) => {
    const s = scene(context, { seeds: [0, misbehaving.wrongInput, staged.diesOnce, 1] });
    const { finished, failed } = await s.run();
    expect(finished).toHaveLength(3);
    expect(failed.map(({ trialId }) => s.store.readSpec(trialId).seed)).toEqual([misbehaving.wrongInput]);
  });

  test("output that is long and not text is quoted safely", async (context) => {
    const s = scene(context, { seeds: [staged.printsBytes] });
    const { reason } = await (await s.executor()).submit(s.train(s.ids[0]!), nobody).ended;
    expect(reason).toMatch(/the last line$/);
    expect(reason.length).toBeLessThan(20_000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
    expect(reason).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  test("an attempt that has no room is an error that names it, not a wait", async (context) => {
    const s = scene(context);
    writeFileSync(join(s.store.out, "attempts", s.ids[0]!), "a file where a folder must be");
    const error = await s.run().then(
      ({ failed }) => failed[0]!.message,
      (thrown: unknown) => String(thrown),
    );
    expect(error).toContain(join("attempts", s.ids[0]!));
    expect(s.store.isDone(s.ids[0]!)).toBe(false);
    rmSync(join(s.store.out, "attempts", s.ids[0]!));
  });
}

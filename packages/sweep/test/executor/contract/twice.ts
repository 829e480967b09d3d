import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDisagreements } from "../../../src/store/commit-result.ts";
import type { MakeScene, Scene } from "../../helpers/contract-scene.ts";
import { staged } from "../../helpers/staged.ts";
import { until } from "../../helpers/sweep-process.ts";

const nobody = () => {};

/** At least once: the same trial twice. */
export function twiceIsHarmless(scene: MakeScene): void {
  test("a trial that runs twice at once has one result, and a duplicate that is equal", async (context) => {
    const s = scene(context, { seeds: [staged.meets] });
    await twice(s);
    expect(s.store.finishedAttempts(s.ids[0]!)).toHaveLength(2);
    expect(s.store.readResults()).toHaveLength(1);
    expect(findDisagreements(s.store, s.ids[0]!)).toEqual([]);
  });

  test("two starts that come to different results are found", async (context) => {
    const s = scene(context, { seeds: [staged.meetsAndDiffers] });
    await twice(s);
    expect(s.store.readResults()).toHaveLength(1);
    const [found] = findDisagreements(s.store, s.ids[0]!);
    expect(found?.changes.map(({ path }) => path)).toEqual(["trainTokens"]);
  });

  test("a process that was taken for dead and ends late changes nothing", async (context) => {
    const s = scene(context, { seeds: [staged.firstWaits] });
    const late = await s.stray();
    await s.waits();
    await (await s.executor()).submit(s.train(s.ids[0]!), nobody).ended;
    const kept = readFileSync(s.store.resultPath(s.ids[0]!));
    writeFileSync(join(s.desk, "go"), "");
    await late.ended;
    expect(readFileSync(s.store.resultPath(s.ids[0]!))).toEqual(kept);
    await until(() => s.store.finishedAttempts(s.ids[0]!).length === 2, "the late one has its own result");
    expect(findDisagreements(s.store, s.ids[0]!)).toEqual([]);
  });
}

/** Two processes that train the same trial at the same time. */
async function twice(s: Scene): Promise<void> {
  const stray = await s.stray();
  const submitted = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
  await Promise.all([stray.ended, submitted.ended]);
  await until(() => s.store.finishedAttempts(s.ids[0]!).length === 2, "both have a result");
}

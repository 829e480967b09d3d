import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDisagreements } from "../../../src/store/commit-result.ts";
import type { MakeScene } from "../../helpers/contract-scene.ts";
import { misbehaving } from "../../helpers/fake-trainer.ts";
import { staged } from "../../helpers/staged.ts";
import { until } from "../../helpers/sweep-process.ts";

const _nobody = () => {};

/** Drivers that end, are killed, or are two. */
export function driversMayDie(scene: MakeScene): void {
  test("a driver ends by itself when its work is done", async (context) => {
    const s = scene(context, { seeds: [0, 1] });
    const { ended } = await s.driver();
    const { code, outcome } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(outcome).finished.toSorted()).toEqual(s.ids.toSorted());
  });

  test("a driver that was killed is started again, and finishes each trial", async (context) => {
    const s = scene(context, { ranks: [1, 2], seeds: [staged.isSlow, 1, 2], trialsAtOnce: 2 });
    const first = await s.driver();
    await until(() => s.notes("starts").length > 0, "a trial has started");
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await (await s.driver()).ended).toMatchObject({ code: 0 });
    expect(s.store.readResults()).toHaveLength(6);
    expect(s.ids.flatMap((id) => findDisagreements(s.store, id))).toEqual([]);
    expect(s.temporaryFiles()).toEqual([]);
  });

  test("two drivers of one folder disturb each other not", async (context) => {
    const s = scene(context, { ranks: [1, 2], seeds: [0, 1] });
    const drivers = [await s.driver(), await s.driver()];
    for (const { ended } of drivers) expect(await ended).toMatchObject({ code: 0 });
    expect(s.store.readResults()).toHaveLength(4);
    expect(s.ids.flatMap((id) => findDisagreements(s.store, id))).toEqual([]);
  });

  test("leaves no temporary file", async (context) => {
    const s = scene(context, { ranks: [1, 4], seeds: [0, misbehaving.wrongInput, staged.throwsOnce] });
    await s.run();
    expect(s.temporaryFiles()).toEqual([]);
    expect(existsSync(join(s.store.attempts(s.ids[0]!)[0]!.folder, "result.json"))).toBe(true);
  });
}

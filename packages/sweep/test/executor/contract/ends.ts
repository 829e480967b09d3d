import { expect, test } from "vitest";
import { isAlive, type MakeScene } from "../../helpers/contract-scene.ts";
import { misbehaving } from "../../helpers/fake-trainer.ts";
import { staged } from "../../helpers/staged.ts";
import { until } from "../../helpers/sweep-process.ts";

const nobody = () => {};

/** Ends that are asked for. */
export function endsAreObeyed(scene: MakeScene): void {
  test("a process that is asked to end does", async (context) => {
    const s = scene(context, { seeds: [misbehaving.takesForever] });
    const { ended, cancel } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    const [pid] = await s.started();
    cancel("stop");
    await ended;
    await until(() => !isAlive(pid!), "the process is gone");
    expect(s.store.isDone(s.ids[0]!)).toBe(false);
  });

  test("a process that does not listen is killed some seconds after it was asked to end", async (context) => {
    const s = scene(context, { seeds: [misbehaving.hangsSynchronously] });
    const { ended, cancel } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    const [pid] = await s.started();
    cancel("stop");
    await ended;
    await until(() => !isAlive(pid!), "the process is gone");
  });

  test("a process is killed", async (context) => {
    const s = scene(context, { seeds: [misbehaving.hangsSynchronously] });
    const { ended, cancel } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    const [pid] = await s.started();
    cancel("kill");
    await ended;
    await until(() => !isAlive(pid!), "the process is gone");
    expect(s.store.isDone(s.ids[0]!)).toBe(false);
  });

  test.for(["stop", "kill"] as const)("work may be ended (%s) before it began", async (how, context) => {
    const s = scene(context, { seeds: [misbehaving.takesForever] });
    const { ended, cancel } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    cancel(how);
    await ended;
    await until(() => !s.pids().some(isAlive), "nothing runs");
  });

  test("ending what has ended does nothing", async (context) => {
    const s = scene(context);
    const { ended, cancel } = (await s.executor()).submit(s.train(s.ids[0]!), nobody);
    const end = await ended;
    cancel("stop");
    cancel("kill");
    expect(await ended).toEqual(end);
    expect(s.store.isDone(s.ids[0]!)).toBe(true);
  });

  test("one piece of work is ended, and another goes on", async (context) => {
    const s = scene(context, { seeds: [staged.isSlow, misbehaving.takesForever] });
    const executor = await s.executor();
    const [first, second] = s.ids.map((id) => executor.submit(s.train(id), nobody));
    const endless = s.ids.findIndex((id) => s.store.readSpec(id).seed === misbehaving.takesForever);
    await s.started(s.ids[endless]!);
    [first, second][endless]!.cancel("kill");
    await Promise.all([first!.ended, second!.ended]);
    expect(s.ids.filter((id) => s.store.isDone(id))).toEqual([s.ids[1 - endless]]);
  });

  test("a run that is stopped ends, and the next one finishes it", async (context) => {
    const stop = new AbortController();
    const s = scene(context, { seeds: [staged.firstWaits, 0], signals: { stop: stop.signal } });
    const waiting = s.ids.find((id) => s.store.readSpec(id).seed === staged.firstWaits)!;
    const running = s.run();
    await s.waits();
    stop.abort();
    const { finished, failed } = await running;
    expect(failed).toEqual([]);
    expect(finished).not.toContain(waiting);
    await until(() => !s.pids(waiting).some(isAlive), "the process is gone");
    const { ended } = await s.driver();
    expect(await ended).toMatchObject({ code: 0 });
    expect(s.ids.every((id) => s.store.isDone(id))).toBe(true);
  });

  test("a run that is killed leaves no process", async (context) => {
    const kill = new AbortController();
    const s = scene(context, { seeds: [misbehaving.hangsSynchronously], signals: { kill: kill.signal } });
    const running = s.run();
    const [pid] = await s.started();
    kill.abort();
    expect(await running).toEqual({ finished: [], failed: [] });
    await until(() => !isAlive(pid!), "the process is gone");
  });

  test("a listener that throws ends all processes before its error comes out", async (context) => {
    const s = scene(context, { seeds: [misbehaving.takesForever, misbehaving.wrongInput] });
    const onEvent = ({ kind }: { kind: string }) => {
      if (kind === "failed") throw new Error("the terminal is gone");
    };
    await expect(s.run(onEvent)).rejects.toThrow("the terminal is gone");
    await until(() => !s.ids.some((id) => s.pids(id).some(isAlive)), "nothing runs");
  });
}

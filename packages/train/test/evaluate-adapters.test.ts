import { truncateAdapter } from "@lorank/checkpoint";
import { expect, test } from "vitest";
import { evaluateAdapters } from "../src/evaluate-adapters.ts";
import { runTrial } from "../src/trial.ts";
import { tinyTrial } from "./tiny.ts";

const modules = { rank: 4, targetModules: ["q_proj", "v_proj", "down_proj"] };

test.each([{}, { dora: true as const }])(
  "a trial's own adapter comes to its own figures (%j)",
  async (lora) => {
    const { spec, resources } = tinyTrial({ ...modules, ...lora }, { epochs: 4, learningRate: 0.02 });
    const { adapter, result } = await runTrial(spec, resources);
    const [own, cut] = await evaluateAdapters(
      spec,
      [adapter, truncateAdapter(adapter, 1).adapter],
      resources,
    );
    expect(own).toEqual(result.evaluation);
    expect(cut!.logLosses).toHaveLength(own!.logLosses.length);
    expect(cut!.logLoss).not.toBe(own!.logLoss);
  },
);

test("an update of a lower rank than its adapter loses nothing when it is cut to that rank", async () => {
  const { spec, resources } = tinyTrial(modules, { epochs: 4, learningRate: 0.02 });
  const { adapter } = await runTrial({ ...spec, lora: { ...spec.lora, rank: 1 } }, resources);
  const [one] = await evaluateAdapters(spec, [adapter], resources);
  const [cut] = await evaluateAdapters(spec, [truncateAdapter(adapter, 1).adapter], resources);
  cut!.logLosses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(one!.logLosses[i]!, 5);
  });
});

test("an adapter of another model is refused", async () => {
  const { spec, resources } = tinyTrial(modules);
  const { adapter } = await runTrial(spec, resources);
  const [path, layer] = [...adapter.layers][0]!;
  const foreign = { ...adapter, layers: new Map([[`no.${path}`, layer]]) };
  await expect(evaluateAdapters(spec, [foreign], resources)).rejects.toMatchObject({ code: "E_ADAPTER" });
});

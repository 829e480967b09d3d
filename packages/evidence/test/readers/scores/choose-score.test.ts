import { describe, expect, test } from "vitest";
import { readTable as read } from "../../helpers/written-scores.ts";

describe("the score", () => {
  test.each([
    ["eval_loss", "log-loss"],
    ["test_nll", "log-loss"],
    ["eval/f1_macro", "higher:f1_macro"],
    ["metrics.perplexity", "lower:perplexity"],
    ["exact_match,strict", "higher:exact_match"],
  ])("knows what %s is", async (column, metric) => {
    expect(await read(`rank\tseed\t${column}\n4\t0\t0.5\n8\t0\t0.6\n`, {}, "runs.tsv")).toMatchObject({
      metric,
      column,
    });
  });
  test("judges by the evaluation's accuracy where there are several scores", async () => {
    const text = "lora_r,train/accuracy,eval/loss,eval/accuracy\n4,0.99,0.3,0.8\n8,0.99,0.2,0.9\n";
    expect(await read(text)).toMatchObject({ column: "eval/accuracy", metric: "accuracy" });
    expect(await read(text, { metric: "loss" })).toMatchObject({ column: "eval/loss", metric: "log-loss" });
    expect(await read(text, { metric: "log-loss" })).toMatchObject({ column: "eval/loss" });
  });
  test("may have a score that is not known, if its better side is told", async () => {
    const text = "rank,seed,judge\n4,0,7.5\n8,0,8\n";
    expect(await read(text, { metric: "judge", better: "higher" })).toMatchObject({ metric: "higher:judge" });
    await expect(read(text, { metric: "judge" })).rejects.toThrow(
      "--higher or --lower is needed, since it is not known which side of judge is better",
    );
    expect(await read("rank,accuracy\n4,1\n", { better: "higher" })).toMatchObject({ metric: "accuracy" });
  });
});

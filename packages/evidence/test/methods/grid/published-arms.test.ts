import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { decidedTable } from "../../helpers/arms.ts";

const published = (name: string): string =>
  fileURLToPath(new URL(`../../../bench/data/${name}`, import.meta.url));

const short = (name: string): string => name.replace("lora--llama-3.2-3B-", "");

test("PEFT's benchmark: rsLoRA at rank 64 beats ranks 64 and 32, between which nothing is claimed", async () => {
  const choices = { by: ["exp"], metric: "test", better: "higher" } as const;
  const differencesOf = async (where?: readonly string[]) => {
    const { pairs, axis } = await decidedTable(published("peft-metamath.csv"), { ...choices, where }, 0.01);
    return pairs!.map(({ first, second, interval: [low, high] }) => {
      const [one, other] = [first, second].map((arm) => short(axis!.names[arm - 1]!));
      return low > 0 ? `${one} > ${other}` : high < 0 ? `${other} > ${one}` : `${one} ? ${other}`;
    });
  };
  const three = ["rank64", "rank32", "rank64-rslora"].map((name) => `exp=lora--llama-3.2-3B-${name}`);
  for (const differences of [await differencesOf(three), await differencesOf()])
    expect(differences).toEqual(
      expect.arrayContaining(["rank64-rslora > rank64", "rank64-rslora > rank32", "rank64 ? rank32"]),
    );
});

test("DistilBERT on AG News: MLP layers at rank 4 are the cheapest placement within a point", async () => {
  const choices = { by: ["placement", "rank"], cost: "params_adapter" };
  const placements = (dataset: string) =>
    decidedTable(published("kudale-placement.csv"), { ...choices, where: [`dataset=${dataset}`] });
  const news = await placements("ag_news");
  const named = news.axis!.names[news.rank! - 1];
  expect([news.verdict, named]).toEqual(["adequate", "attn_mlp, 4"]);
  expect(news.axis!.cost!.values).toEqual([18432, 64512, 73728, 258048, 294912, 1032192]);
  // Three seeds on 872 examples settle nothing.
  expect((await placements("sst2")).verdict).toBe("inconclusive");
});

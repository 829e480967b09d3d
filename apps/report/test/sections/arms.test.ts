import { describe, expect, test } from "vitest";
import { type Reported, renderReport } from "../../src/index.ts";
import { armNames, armSweep, commandArms, racedArms } from "../fixtures/arm-sweeps.ts";
import { textOf } from "../fixtures/page.ts";
import { sectionText } from "./section-text.ts";

/** Rows of the table with this caption: the text of each cell. */
function rowsOf(page: string, caption: string): string[][] {
  const [, table = ""] = page.split(`<caption><span>${caption}`);
  const [body = ""] = table.split("</table>");
  const cellsOf = (row: string) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => textOf(cell!).trim());
  return [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].map(([, row]) => cellsOf(row!));
}

const escaped = (name: string) =>
  name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("&gt;", ">");

describe("a report on a sweep over arms", () => {
  test.each<[name: string, results: () => Reported]>([
    ["by trained parameters", armSweep],
    ["of another trainer, without costs", commandArms],
  ])("says nothing of ranks but in what the arms are: %s", (_, results) => {
    const [page] = renderReport(results()).split('<section id="provenance"');
    expect(textOf(page!).match(/.{20}\branks?\b.{20}/gi) ?? []).toEqual([]);
  });

  test("has the runs of each arm under its name, where the decision orders arms as the sweep does not", () => {
    const results = commandArms();
    expect(results.decision.axis!.names).not.toEqual(results.sweep.axis!.names);
    const page = renderReport(results);
    const accuracies = (name: string) =>
      results.trials
        .filter(({ spec }) => spec.arm === name)
        .map(({ evaluation }) => `${(100 * evaluation!.accuracy).toFixed(1)}%`);
    const [, ...bySeed] = rowsOf(page, "Accuracy by arm and seed");
    expect(bySeed.map(([name]) => name)).toEqual(results.decision.axis!.names.map(escaped));
    const [, ...runs] = rowsOf(page, "Every run with a result");
    for (const name of armNames) {
      expect(bySeed.find(([first]) => first === escaped(name))!.slice(2)).toEqual(accuracies(name));
      const own = runs.filter(([first]) => first === escaped(name));
      expect(own.map((cells) => cells[3])).toEqual(accuracies(name));
    }
  });

  test("has the answers of each arm under its name", () => {
    const results = commandArms();
    const answering = results.trials.filter(({ spec }) => spec.seed === 0);
    const trials = answering.map(({ evaluation, ...trial }) => ({
      ...trial,
      evaluation: { ...evaluation!, correct: [1], answers: [{ text: `by ${trial.spec.arm}` }] },
    })) as Reported["trials"];
    const data = { ...results.data, questions: [{ prompt: "Who?", reference: "you" }] };
    const text = sectionText({ ...results, trials, data }, "answers")!;
    expect(text).toContain("Arms differ on 0 of 1 example");
    expect(text).toMatch(/arms differ no arm is right/);
    const inOrder = results.decision.axis!.names.map(escaped).map((name) => `${name} by ${name} right`);
    expect(text.replaceAll("&gt;", ">")).toContain(inOrder.join(" "));
  });

  test("names the runs that failed or are missing", () => {
    const [, ...rows] = rowsOf(renderReport(armSweep()), "Runs without a usable outcome");
    expect(rows.map(([name, seed]) => [name, seed])).toEqual([
      ["attention", "3"],
      ["dora", "3"],
    ]);
  });

  test("offers the adapter of the arm to use, and has each one's folder at its run", () => {
    const results = armSweep();
    const adapters = armNames.map((arm, i) => ({ arm, rank: 2, seed: 2, folder: `runs/adapters/${i}` }));
    expect(sectionText(results, "use-it", { adapters })).toContain(
      "trained as &quot;mlp &amp; &lt;b>gate&lt;/b>, rsLoRA&quot; with seed 2",
    );
    expect(sectionText(results, "use-it", { adapters })).toContain("runs/adapters/1");
    const [, ...runs] = rowsOf(renderReport(results, { adapters }), "Every run with a result");
    const folders = runs.filter(([, seed]) => seed === "2").map((cells) => [cells[0], cells.at(-1)]);
    expect(folders).toEqual(armNames.map((name, i) => [escaped(name), `runs/adapters/${i}`]));
  });

  test("calls no arm cheaper or expensive without costs", () => {
    const { decision, ...rest } = commandArms();
    const open = { ...decision, rank: null, verdict: "inconclusive" as const };
    const text = sectionText({ ...rest, decision: open }, "verdict")!;
    expect(text).not.toMatch(/cheapest|most expensive|At stake/);
  });

  test("shows the count of trained parameters once, as a cost or as a size", () => {
    const [heads] = rowsOf(renderReport(armSweep()), "Cost and quality by arm");
    expect(heads!.filter((head) => /parameters/i.test(head))).toEqual(["Trainable parameters"]);
    const results = armSweep();
    const without = results.trials.map(({ trainableParams: _, ...trial }) => trial) as Reported["trials"];
    const [, first] = rowsOf(renderReport({ ...results, trials: without }), "Cost and quality by arm");
    expect(first!.slice(0, 2)).toEqual(["attention", "42,240"]);
  });

  test("has a race's lanes and looks by arm", () => {
    const text = sectionText(racedArms(), "race")!;
    expect(text).toContain("All arms in play run the same seeds. At a look an arm drops out");
    expect(text).toContain("can no longer be the cheapest adequate one");
    expect(renderReport(racedArms())).toContain(
      "Seeds run by arm, of 10 planned: attention 3 seeds, behind &quot;all linear layers",
    );
  });
});

describe("what the arms are", () => {
  const settings = (results: Reported) => rowsOf(renderReport(results), "Settings in which the arms differ");

  test("is a table of rank, scale, and what differs, with the cost", () => {
    const [heads, ...rows] = settings(armSweep());
    expect(heads).toEqual([
      ...["Arm", "Rank", "Scale", "Alpha", "Scaling", "DoRA", "Target modules", "Learning rate", "Epochs"],
      "Trainable parameters",
    ]);
    expect(rows.map(([name]) => name)).toEqual(armNames.map(escaped));
    expect(rows[1]!.slice(1)).toEqual([
      ...["4", "2", "4", "alpha / √rank (rsLoRA)", "no", "dense", "0.001", "1", "83,712"],
    ]);
    expect(rows[2]!.slice(1, 9)).toEqual([
      ...[
        "2",
        "16",
        "32",
        "alpha / rank",
        "yes, a magnitude a row",
        "dense, key, query, value",
        "0.0001",
        "3",
      ],
    ]);
  });

  test("has the values of a trainer by their own names, and those in common among the facts", () => {
    const [heads, first] = settings(commandArms());
    expect(heads).toEqual(["Arm", "Rank", "Epochs", "placement"]);
    expect(first!.at(-1)).toBe("layers 4");
    expect(sectionText(commandArms(), "provenance")).toContain("base qwen3");
  });

  test("has the ranks and alphas of single layers, where an arm has them", () => {
    const results = armSweep();
    const patterns = {
      rankPattern: [
        { pattern: "layers\\.0\\..*", rank: 2 },
        { pattern: "query", rank: 16 },
      ],
      alphaPattern: [{ pattern: "query", alpha: 32 }],
    };
    const trials = results.trials.map((trial) =>
      trial.spec.arm === "dora"
        ? { ...trial, spec: { ...trial.spec, lora: { ...trial.spec.lora, ...patterns } } }
        : trial,
    ) as Reported["trials"];
    const [heads, first, , third] = settings({ ...results, trials });
    const [ranks, alphas] = ["Ranks by layer", "Alphas by layer"].map((head) => heads!.indexOf(head));
    expect([third![ranks!], third![alphas!]]).toEqual(["layers\\.0\\..*: 2, query: 16", "query: 32"]);
    expect(first![ranks!]).toBe("–");
  });
});

import { describe, expect, test } from "vitest";
import { readTable as read } from "../../helpers/written-scores.ts";

/** A table with a row for each rank and each of the cells behind it; scores are made up. */
function tableOf(header: string, ranks: readonly number[], cells: readonly string[]): string {
  const rows = ranks.flatMap((rank, i) => cells.map((cell, j) => `${rank},${cell},0.${80 + 3 * i + j}`));
  return [header, ...rows].join("\n");
}

describe("rows of one rank that differ in a setting are no seeds", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "target settings",
      "runs.csv",
      tableOf("rank,targets,accuracy", [4, 16], ["q_proj", "all-linear", '"q_proj,v_proj"']),
      /differ in the seed alone in .*runs\.csv, got targets \(q_proj, all-linear and q_proj,v_proj\), as in lines 2 and 3 of rank 4\nChoose by --where targets=q_proj, or take means by --average-over targets\.\nIf targets is no setting of the training, leave the column out\.$/,
    ],
    [
      "PEFT methods",
      "runs.csv",
      tableOf("r,method,eval_loss", [8, 32], ["lora", "dora", "pissa", "rslora"]),
      /got method \(lora, dora, pissa and rslora\)/,
    ],
    [
      "wandb's configuration columns, where names and times say nothing",
      "runs.csv",
      [
        "Name,State,Created,Runtime,config.lora_r,config.base_model,config.lora_alpha,eval/accuracy,eval/loss",
        "calm-sea-1,finished,2026-01-03T10:00:00Z,601,4,llama-1b,8,0.61,1.1",
        "calm-sea-2,finished,2026-01-03T11:00:00Z,644,4,llama-8b,8,0.81,0.9",
        "calm-sea-3,finished,2026-01-03T12:00:00Z,652,16,llama-1b,32,0.64,1.0",
        "calm-sea-4,finished,2026-01-04T10:00:00Z,713,16,llama-8b,32,0.84,0.8",
      ].join("\n"),
      /got config\.base_model \(llama-1b and llama-8b\), as in lines 2 and 3 of rank 4\nChoose by --where config\.base_model=llama-1b,/,
    ],
    [
      "JSON Lines with lists of modules, told by the row",
      "runs.jsonl",
      [4, 16]
        .flatMap((lora_r) => [["q_proj"], ["q_proj", "v_proj"]].map((modules) => [lora_r, modules] as const))
        .map(([lora_r, target_modules], i) =>
          JSON.stringify({ lora_r, target_modules, accuracy: 0.8 + i / 90 }),
        )
        .join("\n"),
      /got target_modules \(q_proj and q_proj,v_proj\), as in rows 1 and 2 of rank 4\nChoose by --where target_modules=q_proj,/,
    ],
    [
      "a spreadsheet with semicolons, and a name in another language whose values say what it is",
      "runs.csv",
      "Rank;Sprache;Accuracy\n4;deutsch;81,2\n4;english;84,0\n16;deutsch;82,1\n16;english;85,5\n",
      /got Sprache \(deutsch and english\)/,
    ],
    [
      "a column for each rank, with data sets in rows",
      "runs.csv",
      "dataset,r4,r8\nmrpc,0.84,0.85\nrte,0.61,0.66\nsst2,0.91,0.92\n",
      /got dataset \(mrpc, rte and sst2\)/,
    ],
    [
      "numbers as a grid has them",
      "runs.csv",
      tableOf("rank,shrinkage,accuracy", [4, 16], ["0.1", "0.5", "0.9"]),
      /got shrinkage \(0\.1, 0\.5 and 0\.9\).*\n.*--where shrinkage=0\.1.*\n.*leave the column out; if it tells repetitions apart, name it seed\.$/,
    ],
    [
      "several values of a name that no two ranks share",
      "runs.csv",
      "rank,method,accuracy\n4,dora,0.8\n4,pissa,0.82\n16,rslora,0.81\n16,adalora,0.7\n",
      /No two ranks have the same method, so these runs do not compare ranks\./,
    ],
    [
      "seeds that each run has of its own",
      "runs.csv",
      "rank,seed,targets,accuracy\n4,1,q,0.8\n4,2,all,0.9\n16,3,q,0.81\n16,4,all,0.92\n",
      /got targets \(q and all\)/,
    ],
  ])("%s", async (_, name, text, message) => {
    const choices = text.includes("r4,r8") ? { metric: "accuracy" } : {};
    await expect(read(text, choices, name)).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: expect.stringMatching(message),
    });
  });
});

describe("a rank and seed that occurs again names lines and the columns that differ", () => {
  test("settings before measurements; a column that follows from another is left out", async () => {
    const rows = ["mrpc", "rte"].flatMap((task, t) =>
      [4, 16].flatMap((rank) =>
        [1, 2].map((seed) => `${task},${200 * (t + 1)},${rank},${seed},0.8${t}${seed},0.5${t}`),
      ),
    );
    const text = ["task,steps,rank,seed,accuracy,f1", ...rows].join("\n");
    await expect(read(text)).rejects.toThrow(
      /rank 4, seed 1 must occur once in .*runs\.csv, got it in lines 2 and 6; 3 more runs too\nThey differ in task \(mrpc and rte\)\.\nChoose by --where task=mrpc, or take means by --average-over task\.$/,
    );
  });
  test("a date, where nothing else differs", async () => {
    const text = "rank,seed,created,accuracy\n4,1,2026-01-01,0.8\n4,1,2026-02-01,0.82\n8,1,2026-01-01,0.8\n";
    await expect(read(text)).rejects.toThrow("They differ in created (2026-01-01 and 2026-02-01).");
  });
  test.each([
    ["4,1,0.8\n4,1,0.8", "They are the same: leave out all but one."],
    ["4,1,0.8\n4,1,0.9", "They differ in results alone: leave out all but one."],
  ])("none: %j", async (rows, message) => {
    await expect(read(`rank,seed,accuracy\n${rows}\n8,1,0.9\n`)).rejects.toThrow(message);
  });
});

describe("columns that are no settings of a rank", () => {
  test("beside a column for each rank", async () => {
    const { runs } = await read("run,r4,r8\na,0.8,0.81\nb,0.82,0.83\n", { metric: "accuracy" });
    expect(runs.map(({ seed }) => seed)).toEqual([0, 0, 1, 1]);
  });
  test.each([
    [
      "alpha that goes with the rank",
      "rank,alpha,accuracy",
      ["4,8,0.8", "4,8,0.81", "8,16,0.8", "8,16,0.82"],
    ],
    [
      "a machine that goes with the seed, and a setting that does",
      "rank,seed,host,dataset,accuracy",
      ["4,1,a,x,0.8", "4,2,b,y,0.81", "8,1,a,x,0.8", "8,2,b,y,0.82"],
    ],
    [
      "names, notes, dates, versions and measurements",
      "run_name,notes,torch,date,peak_mem,train_s,rank,accuracy",
      [
        "a,,2.9,2026-01-01,10,7,4,0.8",
        "b,again,2.10,2026-01-02,10,8,4,0.81",
        "c,,2.9,2026-01-01,10,7,8,0.8",
        "d,again,2.10,2026-01-02,10,8,8,0.81",
      ],
    ],
    ["folds", "rank,fold,accuracy", ["4,1,0.8", "4,2,0.81", "4,3,0.8", "8,1,0.8", "8,2,0.8", "8,3,0.81"]],
    [
      "numbers of repetitions under another name",
      "rank,Durchlauf,accuracy",
      ["4,Lauf 1,0.8", "4,Lauf 2,0.81", "8,Lauf 1,0.8", "8,Lauf 2,0.81"],
    ],
    [
      "models that training made",
      "model,rank,accuracy",
      ["out/a1,4,0.8", "out/b7,4,0.81", "out/c3,8,0.8", "out/d4,8,0.81"],
    ],
    [
      "models with the rank in their name",
      "model,rank,seed,accuracy",
      ["llama-r4-a,4,1,0.8", "llama-r4-b,4,2,0.81", "llama-r8-b,8,1,0.8", "llama-r8-a,8,2,0.81"],
    ],
    [
      "the learning rate, of which each rank has its best, and warm-up that goes with it",
      "rank,lr,seed,warmup,accuracy",
      ["4,1e-4,1,10,0.8", "4,2e-4,1,20,0.81", "8,1e-4,1,10,0.8", "8,2e-4,1,20,0.81"],
    ],
    [
      "targets of a base without an adapter",
      "rank,targets,accuracy",
      ["0,none,0.5", "0,,0.5", "4,q,0.8", "8,q,0.8"],
    ],
  ])("%s", async (_, header, rows) => {
    const { runs } = await read([header, ...rows].join("\n"));
    expect(runs).toHaveLength(rows.length);
  });
  test("a setting that differs between ranks alone is noted", async () => {
    const text = "rank,seed,model,accuracy\n4,1,small,0.8\n4,2,small,0.8\n16,1,large,0.9\n16,2,large,0.9\n";
    const { notes } = await read(text);
    expect(notes.at(-1)).toBe(
      "model differs between ranks (rank 4 has small and rank 16 has large): what it does cannot be separated from the rank.",
    );
  });
});

describe("--where", () => {
  const text = tableOf("rank,Targets,n,accuracy", [4, 16], ["q_proj,100", "all-linear,100", "q_proj,200"]);
  test("keeps the rows with a value; a number may be written in another way", async () => {
    const { runs, chosenRows, examples } = await read(text, { where: ["targets=q_proj", "n=1e2"] });
    expect(runs).toEqual([
      { rank: 4, score: 0.8 },
      { rank: 16, score: 0.83 },
    ]);
    expect(chosenRows).toEqual({
      where: [
        { column: "Targets", values: ["q_proj"] },
        { column: "n", values: ["100"] },
      ],
    });
    // A number that tells rows apart is of training, or of nothing known.
    expect(examples).toBeUndefined();
  });
  test("of one column takes several values", async () => {
    const seeded = "rank,seed,accuracy\n4,1,0.8\n4,2,0.8\n8,1,0.8\n8,2,0.9\n16,1,0.9\n";
    expect((await read(seeded, { where: ["rank=4", "rank=8"] })).runs).toHaveLength(4);
  });
  test("may be an empty cell", async () => {
    const { runs } = await read("rank,variant,accuracy\n4,,0.8\n4,dora,0.9\n8,,0.8\n8,dora,0.9\n", {
      where: ["variant="],
    });
    expect(runs.map(({ score }) => score)).toEqual([0.8, 0.8]);
  });
  test.each([
    [
      ["target=q_proj"],
      /--where must name a column of .*runs\.csv, one of rank, Targets, n and accuracy, got target$/,
    ],
    [
      ["targets=kv"],
      /--where must be a value of Targets in .*runs\.csv, one of q_proj and all-linear, got kv$/,
    ],
    [["targets"], /--where must be column=value, got targets$/],
  ])("refuses %j", async (where, message) => {
    await expect(read(text, { where })).rejects.toThrow(message);
  });
});

describe("--average-over", () => {
  const rows = [4, 16].flatMap((rank) =>
    ["q", "all"].flatMap((t, i) => [1, 2].map((s) => [rank, t, s, i, rank])),
  );
  const text = [
    "rank,targets,seed,accuracy",
    ...rows.map(([r, t, s, i]) => `${r},${t},${s},${i ? 0.9 : 0.7}`),
  ].join("\n");
  test("takes means within rank and seed", async () => {
    const { runs, chosenRows } = await read(text, { averageOver: "targets" });
    expect(runs.map(({ rank, seed }) => [rank, seed])).toEqual([
      [4, 1],
      [4, 2],
      [16, 1],
      [16, 2],
    ]);
    for (const { score } of runs) expect(score).toBeCloseTo(0.8, 12);
    expect(chosenRows).toEqual({ averageOver: { column: "targets", values: ["all", "q"] } });
  });
  test("needs each value once for each rank and seed", async () => {
    const lines = text.split("\n");
    await expect(read(lines.slice(0, -1).join("\n"), { averageOver: "targets" })).rejects.toThrow(
      /--average-over targets must find each of all and q once for each run of .*, got\n {2}rank 16, seed 2 lacks all$/,
    );
    await expect(read([...lines, "4,q,1,0.7"].join("\n"), { averageOver: "targets" })).rejects.toThrow(
      /rank 4, seed 1, targets q must occur once in .*, got it in lines 2 and 10\n/,
    );
  });
  test("leaves other settings to be chosen", async () => {
    const two = tableOf("rank,task,variant,accuracy", [4, 8], ["a,x", "a,y", "b,x", "b,y"]);
    await expect(read(two, { averageOver: "task" })).rejects.toThrow(
      /got variant \(x and y\).*\nChoose by --where variant=x\.\n/,
    );
  });
});

import { shows, type Terminal } from "./shows.ts";

/** Answers of ranks 4 and 16 under two seeds, as LLaMA-Factory writes them; rank 4 is wrong more often. */
function writeRuns({ write }: Terminal): string {
  for (const rank of [16, 4])
    for (const seed of [1, 2]) {
      const rows = Array.from({ length: 30 }, (_, i) => ({
        prompt: `${i} + 1 =`,
        predict: (i + seed) % (rank / 2) === 0 ? "" : `That is ${i + 1}.`,
        label: String(i + 1),
      }));
      const text = rows.map((row) => JSON.stringify(row)).join("\n");
      write(`runs/r${rank}-s${seed}/generated_predictions.jsonl`, text);
    }
  return "runs/r{rank}-s{seed}/generated_predictions.jsonl";
}

shows("judge", "a file by each metric", async ({ write, run }) => {
  const rows = ["42,42,stop", "It is 7.,7,stop", '"{""x"": 1}",1,length', ",8.4,stop"];
  write("answers.csv", ["answer,reference,finish", ...rows, ""].join("\n"));
  const metrics = "equals contains icontains starts-with regex:^I is-json numeric numeric:0.5 levenshtein:2";
  const flags = `${metrics} rouge-n rouge-n:0.5 not-contains`.replace(/(\S+)/g, "--metric $1");
  await run(`judge answers.csv ${flags}`);
});

shows("judge", "runs become outcomes", async (terminal) => {
  const pattern = writeRuns(terminal);
  await terminal.run(`judge '${pattern}' --metric numeric --metric rouge-n -o outcomes.csv`);
  await terminal.run("verdict outcomes.csv");
});

shows("judge", "a metric that fits no answer", async (terminal) => {
  const pattern = writeRuns(terminal);
  await terminal.run(`judge '${pattern}' --metric equals -o outcomes.jsonl`);
  await terminal.run("verdict outcomes.jsonl");
});

shows("judge", "refused", async (terminal) => {
  const { run, write } = terminal;
  const pattern = writeRuns(terminal);
  await run(`judge '${pattern}' --metric equal`);
  await run(`judge '${pattern}' --metric numeric --timeout soon`);
  await run(`judge '${pattern}'`);
  await run("judge none.jsonl --metric equals");
  const one = "runs/r4-s1/generated_predictions.jsonl";
  await run(`judge ${one} runs/r16-s1/generated_predictions.jsonl --metric equals -o out.csv`);
  write(one, '{"prompt":"0 + 2 =","predict":"","label":"1"}\n');
  await run(`judge '${pattern}' --metric equals -o out.csv`);
  write("words.csv", "answer,reference\n4,four\n");
  await run("judge words.csv --metric numeric");
  write("answers.csv", "prompt,text\na,b\n");
  await run("judge answers.csv --metric equals");
});

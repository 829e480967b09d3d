export interface Row {
  readonly repository: string;
  readonly path: string;
  readonly told: readonly string[];
  /** Expected values by name; empty where the config leaves the value to nobody. */
  readonly expected: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly row: Row;
  /** First line of the answer, or of the refusal. */
  readonly words: string;
  readonly kind: "answered" | "asked" | "refused";
  /** Values that differ from the expected ones; empty for a right answer. */
  readonly wrong: readonly string[];
  /** Parts that the answer says it does not count. */
  readonly notCounted: readonly string[];
}

interface Counts {
  readonly configs: number;
  readonly answered: number;
  readonly right: number;
  readonly whole: number;
  readonly asked: number;
  readonly refused: number;
}

/** Answers of the version before configs of others were examined, by the same script. */
const before: Readonly<Record<string, number>> = {
  "axolotl-ai-cloud/axolotl": 14,
  "hiyouga/LLaMA-Factory": 12,
  "pytorch/torchtune": 0,
  "huggingface/alignment-handbook": 0,
};

/** Page for docs/checked: a table by repository, and one by path. */
export function pageOf(
  outcomes: readonly Outcome[],
  second: readonly Outcome[],
  commits: Readonly<Record<string, string>>,
  countsOf: (outcomes: readonly Outcome[]) => Counts,
): string {
  const all = countsOf(outcomes);
  const others = countsOf(second);
  const open = second.filter(({ kind }) => kind !== "answered");
  const byRepository = Object.keys(commits).map((name) => {
    const counts = countsOf(outcomes.filter(({ row }) => row.repository === name));
    return `| ${name} | ${commits[name]!.slice(0, 8)} | ${cells(counts, before[name]!)} |`;
  });
  const total = Object.values(before).reduce((sum, count) => sum + count, 0);
  return `# Training configs of others

\`npx tsx --conditions=@lorank/source apps/cli/bench/configs-of-others.ts FOLDER --write\` writes this page; do not edit it.
FOLDER has the four repositories, at the commits below. Two folders of each were chosen by their names, [before any config was
tried](../../apps/cli/bench/configs-of-others/README.md). Each config is asked about as it is, without a hub: \`lorank memory FILE\`.

${all.answered} of ${all.configs} are answered, ${share(all.answered, all.configs)}; ${all.right} are right, ${share(all.right, all.configs)}.

Four of them were asked for a model until the catalogue had the names of tuned ones.

**Right** means: model, method, base, rank, layers, micro-batch, length, optimiser, checkpointing, loss, attention, packing, adapter
type and objective are those of the tool's own sources, and parts that the figures leave out are named. What each config means was
[written down](../../apps/cli/bench/configs-of-others/configs.csv) from those sources before the readers were changed. Later, GDPO was
called GRPO, and the adapters of three preference runs were found in bf16: TRL 1.9 casts them on a quantised base. No run of a tool stands behind it, and no measured peak. **Whole** answers leave nothing out. **Asked** means that a
flag or the model's own config must be given.

| repository | commit | configs | answered before | answered | right | whole | asked | refused |
| --- | --- | --: | --: | --: | --: | --: | --: | --: |
${byRepository.join("\n")}
| all | | ${cells(all, total)} |

17 further folders were tried when the readers were done: 99 of their 132 configs were answered, 75 %. What was in the way was then
mended: names of tuned models, folders of another machine, optimisers with fewer states than AdamW. Now, without a file that trains nothing, ${others.answered} of ${others.configs} are
answered, ${share(others.answered, others.configs)}: a count of what was mended, and no promise for configs that were not seen.

torchtune's recipes leave the length to the data; the answers take 1,024 tokens, and say so.

| config | answered | right | left out |
| --- | --- | --- | --- |
${outcomes.map(line).join("\n")}

Of the 17 further folders these are not answered:

| config | why |
| --- | --- |
${open.map(({ row, words, kind }) => `| ${row.path} | ${escaped(`${kind}: ${words}`)} |`).join("\n")}
`;
}

function cells({ configs, answered, right, whole, asked, refused }: Counts, answeredBefore: number): string {
  return [configs, answeredBefore, answered, right, whole, asked, refused].join(" | ");
}

function share(part: number, all: number): string {
  return `${Math.round((100 * part) / all)} %`;
}

function line({ row, words, kind, wrong, notCounted }: Outcome): string {
  const answered = kind === "answered" ? "yes" : `${kind}: ${words}`;
  const right = kind !== "answered" ? "" : wrong.length === 0 ? "yes" : `no: ${wrong.join(", ")}`;
  const left = new Set(notCounted.map((each) => each.replace(/ \(.*/s, "")));
  return `| ${row.path} | ${escaped(answered)} | ${escaped(right)} | ${[...left].join("; ")} |`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

import { IGNORE_INDEX } from "../transformer/batch.ts";

/** Problems with `value` as a dataset: sentences that begin with the path. */
export function datasetProblems(value: unknown): string[] {
  if (!isRecord(value)) return [`dataset must be an object, got ${show(value)}`];
  const problems: string[] = [];
  if (typeof value.name !== "string") problems.push(`name must be a string, got ${show(value.name)}`);
  const labels = taskLabels(value.task, problems);
  const seen = {
    train: exampleProblems("train", value.train, labels, problems),
    validation: exampleProblems("validation", value.validation, labels, problems),
  };
  if (value.retained !== undefined) exampleProblems("retained", value.retained, "tokens", problems);
  if (Array.isArray(labels) && Array.isArray(value.train)) {
    labels.forEach((label, i) => {
      if (seen.train.has(i)) return;
      const got = seen.validation.has(i) ? "it in validation only" : "none";
      problems.push(`class ${show(label)} must have a training example, got ${got}`);
    });
  }
  return problems;
}

export function testExamplesProblems(value: unknown): string[] {
  if (!isRecord(value)) return [`test examples must be an object, got ${show(value)}`];
  const problems: string[] = [];
  if (typeof value.name !== "string") problems.push(`name must be a string, got ${show(value.name)}`);
  exampleProblems("test", value.test, taskLabels(value.task, problems), problems);
  return problems;
}

/** Checks the examples of a part such as `train`, adding to `problems`. Returns the class indices that occur. */
function exampleProblems(
  split: string,
  examples: unknown,
  labels: ReturnType<typeof taskLabels>,
  problems: string[],
): Set<unknown> {
  const seen = new Set<unknown>();
  if (!Array.isArray(examples) || examples.length === 0) {
    problems.push(
      `${split} must be a list of examples, got ${Array.isArray(examples) ? "none" : show(examples)}`,
    );
    return seen;
  }
  const ids = new Set<unknown>();
  examples.forEach((example, i) => {
    const where = `${split}[${i}]`;
    if (!isRecord(example)) {
      problems.push(`${where} must be an object, got ${show(example)}`);
      return;
    }
    if (typeof example.id !== "string")
      problems.push(`${where}.id must be a string, got ${show(example.id)}`);
    else if (ids.has(example.id))
      problems.push(`${where}.id must occur once in ${split}, got ${example.id} again`);
    ids.add(example.id);
    const tokens = checkIds(`${where}.inputIds`, example.inputIds, 0, problems);
    if (labels === null) return;
    if (labels === "tokens") checkTargets(where, example.labels, tokens, problems);
    else if (isIndex(example.label) && example.label < labels.length) seen.add(example.label);
    else {
      const rule = `a class index from 0 to ${labels.length - 1}`;
      problems.push(`${where}.label must be ${rule}, got ${show(example.label)}`);
    }
  });
  return seen;
}

/** Class names in a dataset's task; "tokens" for causal-lm, null for an invalid task. */
function taskLabels(task: unknown, problems: string[]): readonly unknown[] | "tokens" | null {
  if (isRecord(task) && task.kind === "causal-lm") return "tokens";
  if (!isRecord(task) || task.kind !== "classification") {
    const got = show(isRecord(task) ? task.kind : task);
    problems.push(`task.kind must be classification or causal-lm, got ${got}`);
    return null;
  }
  const { labels } = task;
  if (!Array.isArray(labels) || labels.length < 2 || !labels.every((label) => typeof label === "string")) {
    problems.push(`task.labels must be two or more class names, got ${show(labels)}`);
    return null;
  }
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) problems.push(`task.labels must be distinct, got ${show(repeated)} twice`);
  return labels;
}

/**
 * Checks token ids, adding to `problems`; a negative `least` allows the ignored index. Returns their count, or null.
 */
function checkIds(where: string, ids: unknown, least: number, problems: string[]): number | null {
  if (!Array.isArray(ids)) {
    problems.push(`${where} must be a list of token ids, got ${show(ids)}`);
    return null;
  }
  if (ids.length === 0) problems.push(`${where} must hold at least one token, got none`);
  const wrong = ids.findIndex((id) => !isIndex(id) && !(id === IGNORE_INDEX && least < 0));
  if (wrong !== -1) {
    const rule = least < 0 ? `a token id or ${IGNORE_INDEX}` : "a token id (a whole number from 0)";
    problems.push(`${where}[${wrong}] must be ${rule}, got ${show(ids[wrong])}`);
  }
  return ids.length;
}

function checkTargets(where: string, labels: unknown, tokens: number | null, problems: string[]): void {
  const length = checkIds(`${where}.labels`, labels, IGNORE_INDEX, problems);
  if (length === null || tokens === null) return;
  if (length !== tokens) {
    problems.push(`${where}.labels must have one target for each of the ${tokens} tokens, got ${length}`);
  } else if ((labels as unknown[]).every((id) => id === IGNORE_INDEX)) {
    problems.push(`${where}.labels must hold at least one target, got ${IGNORE_INDEX} everywhere`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Token ids reach the runtime as int32.
const isIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

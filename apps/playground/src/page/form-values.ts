import type { DataChoice, ModelChoice, NamedFile, Saved } from "../protocol.ts";
import {
  checkFields,
  columnFields,
  type Device,
  playgroundDefaults as defaults,
  labels,
  optionalFields,
  optionalNumbers,
  type PlaygroundSettings,
} from "../settings.ts";

/** Contents of the form: text as typed, and chosen files. */
export interface FormValues {
  readonly dataKind: DataChoice["kind"];
  readonly file?: File | undefined;
  readonly modelKind: ModelChoice["kind"];
  readonly folder?: { readonly name: string; readonly files: readonly NamedFile[] } | undefined;
  readonly hubId: string;
  readonly device: Device;
  readonly text: Readonly<Record<TextField, string>>;
  readonly checked: Readonly<Record<CheckField, boolean>>;
}

export type CheckField = (typeof checkFields)[number];
export type TextField = Exclude<keyof PlaygroundSettings, "device" | CheckField>;

export const firstValues: FormValues = {
  dataKind: "e-mails",
  modelKind: "starter",
  hubId: "",
  device: "wasm",
  text: {
    ranks: defaults.ranks.join(", "),
    seeds: String(defaults.seeds),
    trainExamples: String(defaults.trainExamples),
    validationExamples: String(defaults.validationExamples),
    epochs: String(defaults.epochs),
    batchSize: String(defaults.batchSize),
    maxLength: String(defaults.maxLength),
    learningRate: String(defaults.starterLearningRate),
    ...eachOf([...optionalFields, ...columnFields], () => ""),
  },
  checked: eachOf(checkFields, () => false),
};

function eachOf<Key extends string, Value>(
  keys: readonly Key[],
  fill: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, fill(key)])) as Record<Key, Value>;
}

export function savedValues({ asked: settings, dataName, modelName }: Saved): FormValues {
  const { text, ...values } = firstValues;
  const shown = { ...settings, ranks: settings.ranks.join(", ") };
  return {
    ...values,
    dataKind: dataName === undefined ? "e-mails" : "kept",
    modelKind: modelName === undefined ? "starter" : "kept",
    device: settings.device,
    text: eachOf(Object.keys(text) as TextField[], (key) => String(shown[key] ?? "")),
    checked: eachOf(checkFields, (key) => settings[key] === true),
  };
}

/** Chooses a model, and that model's learning rate unless a rate was typed. */
export function withModel(values: FormValues, modelKind: FormValues["modelKind"]): FormValues {
  const rateOf = (kind: FormValues["modelKind"]): string =>
    String(kind === "starter" ? defaults.starterLearningRate : defaults.learningRate);
  const isTyped = values.text.learningRate !== rateOf(values.modelKind);
  const learningRate = isTyped ? values.text.learningRate : rateOf(modelKind);
  return { ...values, modelKind, text: { ...values.text, learningRate } };
}

export interface FieldProblem {
  readonly field: TextField | "data" | "model";
  readonly text: string;
}

/** Reads the form: a comparison, or all that is wrong with it. */
export function readForm(
  values: FormValues,
  saved: Saved | undefined,
):
  | { readonly settings: PlaygroundSettings; readonly data: DataChoice; readonly model: ModelChoice }
  | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const wrong = (field: FieldProblem["field"], text: string): void => void problems.push({ field, text });
  const settings = readSettings(values, wrong);
  const data = dataOf(values, saved, wrong);
  const model = modelOf(values, saved, wrong);
  return problems.length > 0 ? { problems } : { settings, data: data!, model: model! };
}

type Wrong = (field: FieldProblem["field"], text: string) => void;

function readSettings({ text, checked, device }: FormValues, wrong: Wrong): PlaygroundSettings {
  const isTyped = (field: TextField): boolean => text[field].trim() !== "";
  const number = (field: TextField, rule: string, holds: (value: number) => boolean): number => {
    const value = Number(text[field]);
    if (!isTyped(field) || !Number.isFinite(value) || !holds(value))
      wrong(field, `${labels[field]} must be ${rule}, got ${typedText(text[field])}`);
    return value;
  };
  const count = (field: TextField): number =>
    number(field, "a positive whole number", (value) => Number.isSafeInteger(value) && value > 0);
  return {
    ranks: readRanks(text.ranks, wrong),
    seeds: count("seeds"),
    trainExamples: count("trainExamples"),
    validationExamples: count("validationExamples"),
    epochs: number("epochs", "a positive number", (value) => value > 0),
    batchSize: count("batchSize"),
    maxLength: count("maxLength"),
    learningRate: number("learningRate", "a positive number", (value) => value > 0),
    ...eachOf(optionalFields.filter(isTyped), (field) => {
      const { rule, holds } = optionalNumbers[field];
      return number(field, rule, holds);
    }),
    ...eachOf(columnFields.filter(isTyped), (field) => text[field].trim()),
    ...eachOf(
      checkFields.filter((field) => checked[field]),
      () => true as const,
    ),
    device,
  };
}

function readRanks(text: string, wrong: Wrong): number[] {
  const ranks = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  const isSound =
    ranks.length > 1 &&
    new Set(ranks).size === ranks.length &&
    ranks.every((rank) => Number.isSafeInteger(rank) && rank > 0);
  if (!isSound)
    wrong(
      "ranks",
      `${labels.ranks} must be two or more different whole numbers such as 2, 8, got ${typedText(text)}`,
    );
  return ranks;
}

function dataOf(values: FormValues, saved: Saved | undefined, wrong: Wrong): DataChoice | undefined {
  const { dataKind, file } = values;
  if (dataKind === "e-mails") return { kind: dataKind };
  if (dataKind === "kept" && saved?.dataName !== undefined) return { kind: dataKind, name: saved.dataName };
  if (file !== undefined) return { kind: "file", file };
  wrong("data", "Data must be a file, got none");
  return undefined;
}

function modelOf(values: FormValues, saved: Saved | undefined, wrong: Wrong): ModelChoice | undefined {
  const { modelKind, folder, hubId } = values;
  if (modelKind === "starter") return { kind: modelKind };
  if (modelKind === "kept" && saved?.modelName !== undefined)
    return { kind: modelKind, name: saved.modelName };
  if (modelKind === "hub") return { kind: modelKind, id: hubId.trim() };
  if (folder !== undefined) return { kind: "folder", ...folder };
  wrong("model", "Model must be a folder with a checkpoint, got none");
  return undefined;
}

function typedText(text: string): string {
  return text.trim() === "" ? "nothing" : JSON.stringify(text.trim());
}

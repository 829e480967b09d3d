import { isGgufPath } from "../gguf-path.ts";
import { parseHubId } from "../hub-id.ts";
import { folderAndFile } from "../path.ts";
import type { PeftAdapter, PeftTaskType } from "./adapter.ts";
import { classesOf } from "./class-names.ts";

const MODEL_CLASSES: Readonly<Record<PeftTaskType, string>> = {
  SEQ_CLS: "AutoModelForSequenceClassification",
  CAUSAL_LM: "AutoModelForCausalLM",
  SEQ_2_SEQ_LM: "AutoModelForSeq2SeqLM",
  TOKEN_CLS: "AutoModelForTokenClassification",
  QUESTION_ANS: "AutoModelForQuestionAnswering",
  FEATURE_EXTRACTION: "AutoModel",
};

/**
 * Python that loads an adapter from the working folder with transformers and PEFT, and classifies a text where it is a
 * classifier's. transformers must be told the number of classes: it assumes 2. Undefined where the adapter names no
 * base or no task, and for a classifier without its head.
 */
export function loadingCode(adapter: PeftAdapter): string | undefined {
  const { taskType, baseModel, maxLength } = adapter;
  const classes = classesOf(adapter);
  const names = classes === undefined ? undefined : adapter.classNames;
  const isClassifier = taskType === "SEQ_CLS";
  if (taskType === null || baseModel === "" || (isClassifier && classes === undefined)) return undefined;
  const { name, keywords } = baseSource(baseModel);
  const modelClass = MODEL_CLASSES[taskType];
  const modelArguments = [
    "base",
    ...keywords,
    'dtype="float32"', // what LoRAnk computes in; the default is the checkpoint's own type
    ...(classes === undefined ? [] : headKeywords(classes, names)),
  ];
  const lines = [
    "from peft import PeftModel",
    `from transformers import ${modelClass}, AutoTokenizer`,
    "",
    `base = ${JSON.stringify(name)}`,
    ...(names ? [`labels = [${names.map((name) => JSON.stringify(name)).join(", ")}]`] : []),
    `model = ${modelClass}.from_pretrained(`,
    ...modelArguments.map((argument) => `    ${argument},`),
    ")",
    'model = PeftModel.from_pretrained(model, ".")',
    `tokenizer = AutoTokenizer.from_pretrained(${["base", ...keywords, ...(maxLength === undefined ? [] : ['truncation_side="right"'])].join(", ")})`,
    ...(isClassifier ? classifyLines(maxLength) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Texts are cut where those of the training were: a model has not learned from what comes behind. */
function classifyLines(maxLength: number | undefined): string[] {
  const cut = `truncation=True${maxLength === undefined ? "" : `, max_length=${maxLength}`}`;
  return [
    "",
    `inputs = tokenizer("a text to classify", ${cut}, return_tensors="pt")`,
    "logits = model(**inputs).logits[0]",
    "print(model.config.id2label[logits.argmax().item()])",
  ];
}

function headKeywords(classes: number, names: readonly string[] | undefined): string[] {
  const named = [
    "num_labels=len(labels)",
    "id2label=dict(enumerate(labels))",
    "label2id={label: i for i, label in enumerate(labels)}",
  ];
  // The base may have a head of another size, which the adapter's replaces.
  return [...(names ? named : [`num_labels=${classes}`]), "ignore_mismatched_sizes=True"];
}

/** What `from_pretrained` is given to find a base. */
function baseSource(baseModel: string): { readonly name: string; readonly keywords: readonly string[] } {
  const keyword = (key: string, value: string): string => `${key}=${JSON.stringify(value)}`;
  const hub = parseHubId(baseModel);
  if (hub !== undefined) {
    const { repo, revision, file } = hub;
    const keywords = [
      ...(revision === "main" ? [] : [keyword("revision", revision)]),
      ...(file === undefined ? [] : [keyword("gguf_file", file)]),
    ];
    return { name: repo, keywords };
  }
  if (!isGgufPath(baseModel)) return { name: baseModel, keywords: [] };
  const { folder, file: gguf } = folderAndFile(baseModel);
  return { name: folder, keywords: [keyword("gguf_file", gguf)] };
}

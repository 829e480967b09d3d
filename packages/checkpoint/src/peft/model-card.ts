import { kindOf, printable } from "@lorank/core";
import { parseHubId } from "../hub-id.ts";
import { folderAndFile, isAbsolutePath, isGgufPath } from "../path.ts";
import { classesOf, type PeftAdapter, type PeftTaskType } from "./adapter.ts";

/** Model folder in an npm package, such as the starter model. */
export interface NpmFolder {
  readonly packageName: string;
  readonly version: string;
  readonly folder: string;
}

/** Model card: an adapter folder's `README.md`, with front matter for hubs. `npm`: package that publishes the base. */
export function modelCard(adapter: PeftAdapter, npm?: NpmFolder): string {
  const { rank, alpha, scalingRule, baseModel, targetModules, layers, classNames, maxLength } = adapter;
  const { name, adds } = kindOf(adapter);
  const scaling = scalingRule === "rslora" ? "alpha / √rank" : "alpha / rank";
  const some = [...layers.values()].some((layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha);
  const facts = [
    `Base model: ${baseModel === "" ? "not named" : printable(baseModel)}`,
    `Rank ${rank}, alpha ${alpha}, scaling ${scaling}${some ? ", with other ranks or alphas for some layers" : ""}${adds === undefined ? "" : `, ${name}`}`,
    `Target modules: ${[...targetModules].sort().map(printable).join(", ")}`,
    `Task: ${taskWords(adapter)}`,
    ...(maxLength === undefined
      ? []
      : [
          `Trained and evaluated on texts of at most ${maxLength} tokens, cut at their end: \`truncation=True, max_length=${maxLength}\``,
        ]),
    ...(classNames ? [`Classes, in the order of the head: ${classNames.map(printable).join(", ")}`] : []),
  ];
  return `---
${npm ? "" : hubName(baseModel)}library_name: peft
tags:
- lora
- lorank
---

# LoRA adapter, rank ${rank}

${facts.map((fact) => `- ${fact}\n`).join("")}
${[...baseWords(baseModel, npm), loadingWords(adapter)].join("\n\n")}
`;
}

/** Front matter line with the base model's hub name; empty for a path, which hubs refuse. */
function hubName(baseModel: string): string {
  if (baseModel === "" || isAbsolutePath(baseModel)) return "";
  return `base_model: ${JSON.stringify(parseHubId(baseModel)?.repo ?? baseModel)}\n`;
}

function taskWords(adapter: PeftAdapter): string {
  const { taskType } = adapter;
  if (taskType !== "SEQ_CLS" || classesOf(adapter) !== undefined) return taskType ?? "not named";
  return "SEQ_CLS, without the trained head, which an answer needs";
}

/** Describes the base: a path means something on one machine only, an npm folder to no program. */
function baseWords(baseModel: string, npm: NpmFolder | undefined): string[] {
  const isPath = isAbsolutePath(baseModel);
  const place = "below and in `adapter_config.json`.";
  const path = isPath
    ? `On another machine, write your own path in its place, ${place}`
    : `Write that path in place of \`${baseModel}\`, ${place}`;
  if (npm === undefined)
    return isPath ? [`The base model is named by its path on the machine that wrote this file. ${path}`] : [];
  const { packageName, version, folder } = npm;
  return [
    `The base model is the folder \`${folder}\` of the npm package \`${packageName}\` (${version} here). ` +
      `\`npm install ${packageName}\` puts it at \`node_modules/${packageName}/${folder}\`. ${path}`,
  ];
}

function loadingWords(adapter: PeftAdapter): string {
  const code = loadingCode(adapter);
  if (code === undefined)
    return 'Load it onto its base with `peft.PeftModel.from_pretrained(base, ".")`, in this folder.';
  return `In this folder, with \`pip install peft\`:\n\n\`\`\`python\n${code}\`\`\``;
}

const MODEL_CLASSES: Readonly<Record<PeftTaskType, string>> = {
  SEQ_CLS: "AutoModelForSequenceClassification",
  CAUSAL_LM: "AutoModelForCausalLM",
  SEQ_2_SEQ_LM: "AutoModelForSeq2SeqLM",
  TOKEN_CLS: "AutoModelForTokenClassification",
  QUESTION_ANS: "AutoModelForQuestionAnswering",
  FEATURE_EXTRACTION: "AutoModel",
};

/**
 * Python code that loads an adapter from the working folder with transformers and PEFT, and for a classifier classifies
 * a text. Names the class count, since transformers assumes 2. Undefined without a base or a task, and for a classifier
 * without head.
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
    'dtype="float32"', // LoRAnk computes in float32; the default is the checkpoint's type
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
  // Base models' heads may have another size.
  return [...(names ? named : [`num_labels=${classes}`]), "ignore_mismatched_sizes=True"];
}

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

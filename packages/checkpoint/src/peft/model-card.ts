import { kindOf, printable } from "@lorank/core";
import { parseHubId } from "../hub-id.ts";
import { isAbsolutePath } from "../path.ts";
import type { PeftAdapter } from "./adapter.ts";
import { classesOf } from "./class-names.ts";
import { loadingCode } from "./loading-code.ts";

/** A folder of an npm package, such as the starter model. */
export interface NpmFolder {
  readonly packageName: string;
  readonly version: string;
  /** Name of the folder in the package. */
  readonly folder: string;
}

/**
 * The `README.md` of an adapter folder, with the front matter by which model hubs sort it. `npm` is where a base comes
 * from that an npm package publishes.
 */
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

/** The line by which a hub links the base. It refuses a path there. */
function hubName(baseModel: string): string {
  if (baseModel === "" || isAbsolutePath(baseModel)) return "";
  return `base_model: ${JSON.stringify(parseHubId(baseModel)?.repo ?? baseModel)}\n`;
}

function taskWords(adapter: PeftAdapter): string {
  const { taskType } = adapter;
  if (taskType !== "SEQ_CLS" || classesOf(adapter) !== undefined) return taskType ?? "not named";
  return "SEQ_CLS, without the trained head, which an answer needs";
}

/** A path means something on one machine only, and the name of an npm package's folder to no program. */
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

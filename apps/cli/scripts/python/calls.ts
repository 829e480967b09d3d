import type { Command } from "../../src/command.ts";
import type { Setting } from "../../src/flags/setting.ts";
import { docstring, generatedNote, literal, snake, union } from "./text.ts";

interface Call {
  /** Python's parameters for the command's arguments, and what `call` gets for them. */
  readonly parameters: readonly string[];
  readonly words: string;
  /** Parameters in words. */
  readonly help: Readonly<Record<string, string>>;
  /** Names of documents that end as exceptions, or that no call asks for. */
  readonly never?: readonly string[];
  /** Class that the result is made into in place of the document. */
  readonly result?: string;
}

/** Commands that are functions in Python. */
export const calls: Readonly<Record<string, Call>> = {
  verdict: {
    parameters: ["results: Source | Sequence[Source]"],
    words: "sources(results)",
    help: {
      results: "a sweep's folder, a file, a pattern of runs, or a frame of runs or outcomes; or several",
    },
  },
  plan: {
    parameters: ["file: Path | None = None"],
    words: "paths(file)",
    help: { file: "the YAML file of the sweep; settings given here win over it" },
    never: ["PrintedConfig"],
  },
  memory: {
    parameters: ["models: Path | Sequence[Path] = ()"],
    words: "paths(models)",
    help: {
      models:
        "one or several: a name, starter, a folder, a .gguf file, a hub id, a config.json, or a training config",
    },
  },
  sweep: {
    parameters: ["file: Path | None = None"],
    words: "paths(file)",
    help: { file: "YAML file with settings; those given here win over it" },
    never: ["FailedSweepDocument", "InterruptedSweepDocument", "PrintedConfig"],
  },
  compare: {
    parameters: ["first: Source | Sequence[float]", "second: Source | Sequence[float]"],
    words: "sources(first) + sources(second)",
    help: { first: "a sweep's folder, a file, a frame, or a list of scores", second: "the other one" },
  },
  report: {
    parameters: ["results: Source"],
    words: "sources(results)",
    help: { results: "a sweep's folder, a file, a pattern of runs, or a frame" },
    result: "Report",
  },
};

/** Settings that are no parameters, with the reason. */
export const notInPython: Readonly<Record<string, string>> = {
  all: "shows more to a person; the document has it",
  "print-config": "prints YAML in place of an answer",
};

/** Settings whose file may be a frame, by where the program reads it. */
const frames = ["data", "results"];

/** Writes a function for each command of `calls`, with its settings as keyword arguments. */
export function pythonCalls(
  commands: readonly Command[],
  documentsOf: ReadonlyMap<string, readonly string[]>,
): string {
  const functions = Object.entries(calls).map(([name, call]) => {
    const command = commands.find((one) => one.name === name)!;
    const settings = command.settings.filter(({ key, hidden }) => !(key in notInPython) && hidden !== true);
    const documents = documentsOf.get(name)!.filter((one) => !call.never?.includes(one));
    return functionText(command, call, settings, documents);
  });
  const used = [...documentsOf].flatMap(([name, documents]) => (name in calls ? documents : []));
  const imported = [...new Set(used)]
    .filter((name) => new RegExp(`\\b${name}\\b`).test(functions.join("\n")))
    .toSorted();
  return [
    `${generatedNote}\n"""Functions for the commands. Settings are the commands' flags and keys of a sweep's file."""`,
    "from __future__ import annotations",
    "from collections.abc import Mapping, Sequence\nfrom typing import Any, Literal, cast",
    `from lorank._call import Path, Source, call, paths, report_of, sources\nfrom lorank._frames import Frame\nfrom lorank._report import Report\nfrom lorank.documents import (\n${imported.map((one) => `    ${one},`).join("\n")}\n)`,
    ...functions.map((text) => `\n${text}`),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

function functionText(
  command: Command,
  call: Call,
  settings: readonly Setting[],
  documents: readonly string[],
): string {
  const parameters = [
    ...call.parameters,
    "*",
    ...settings.map((setting) => `${snake(setting.key)}: ${union([typeOfSetting(setting), "None"])} = None`),
    ...(command.name === "sweep" ? ["progress: bool = True"] : []),
    "quiet: bool = False",
  ];
  const help = [
    ...Object.entries(call.help),
    ...settings.map((setting) => [snake(setting.key), settingHelp(setting)] as const),
    ...(command.name === "sweep" ? [["progress", "shows a bar, by tqdm if it is installed"] as const] : []),
    ["quiet", "prints no remarks"] as const,
  ];
  const summary = `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`;
  const text = [summary, "", ...help.map(([name, words]) => `:param ${name}: ${words}`)].join("\n");
  const entries = settings.map(({ key }) => `            ${literal(key)}: ${snake(key)},`);
  const isSweep = command.name === "sweep";
  const called = call.result === undefined ? "call" : "report_of";
  return [
    `def ${command.name}(`,
    ...parameters.map((parameter) => `    ${parameter},`),
    `) -> ${call.result ?? documents.join(" | ")}:`,
    ...docstring(text, "    "),
    ...(called === "call" ? ["    document = call("] : ["    return report_of("]),
    ...(called === "call" ? [`        ${literal(command.name)},`] : []),
    `        ${call.words},`,
    "        {",
    ...entries,
    "        },",
    ...(called === "call" ? documents.map((one) => `        ${one},`) : []),
    ...(isSweep ? ["        progress=progress,"] : []),
    "        quiet=quiet,",
    "    )",
    ...(called === "call" ? [`    return cast("${documents.join(" | ")}", document)`] : []),
  ].join("\n");
}

function settingHelp({ help, default: fallback }: Setting): string {
  const value = Array.isArray(fallback) ? fallback.join(",") : fallback;
  return `${help}${value === undefined ? "" : ` (default: ${value})`}`;
}

interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly ValueSchema[];
  readonly items?: ValueSchema;
}

function typeOfSetting({ key, kind, isPath }: Setting): string {
  const type = typeOfValue(kind.schema as ValueSchema);
  const path = isPath === true || ["file", "folder"].includes(kind.placeholder ?? "");
  if (type !== "str" || !path) return type;
  return frames.includes(key) ? "Path | Frame" : "Path";
}

/** Python's type of a setting's value, from its JSON Schema. */
function typeOfValue(schema: ValueSchema): string {
  const { type, items, anyOf } = schema;
  if (anyOf !== undefined) return union(anyOf.map(typeOfValue));
  if (schema.const !== undefined) return `Literal[${literal(schema.const)}]`;
  if (schema.enum !== undefined) return `Literal[${schema.enum.map(literal).join(", ")}]`;
  if (Array.isArray(type)) return union(type.map((one) => typeOfValue({ type: one })));
  if (type === "array") return `Sequence[${typeOfValue(items!)}]`;
  const plain = {
    string: "str",
    number: "float",
    integer: "int",
    boolean: "bool",
    object: "Mapping[str, Any]",
  };
  if (typeof type === "string" && type in plain) return plain[type as keyof typeof plain];
  throw new Error(`no Python type for a setting's ${JSON.stringify(schema)}`);
}

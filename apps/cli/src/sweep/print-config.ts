import { Document, visit } from "yaml";
import type { End } from "../command.ts";
import { onOff } from "../flags/kinds.ts";
import type { Setting } from "../flags/setting.ts";
import { fileSettings, settingsOf } from "../settings/table.ts";
import { plainText, withoutPassword } from "../text.ts";

export interface ConfigSources {
  readonly command: "sweep" | "plan" | "train";
  readonly settings: Readonly<Record<string, unknown>>;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly file: string | undefined;
  /** Keys of settings that come from a results folder, and the file with them. */
  readonly saved?: { readonly keys: readonly string[]; readonly file: string };
  /** Settings that the trainer does not take. (default: none) */
  readonly leftOut?: readonly string[];
  /** Tells if absent settings take defaults; another trainer has none. (default: true) */
  readonly hasDefaults?: boolean;
  readonly notes?: readonly string[];
}

interface Effective {
  readonly key: string;
  /** Value in use; undefined if the default is a description. */
  readonly value: unknown;
  readonly origin: string;
  /** Comment after `#`, for anything but a key of the file. */
  readonly comment?: string;
}

export interface PrintedConfig {
  readonly command: ConfigSources["command"];
  /** Settings in use, with origins; a value may be a description of the default. */
  readonly settings: Readonly<Record<string, { readonly value?: unknown; readonly origin: string }>>;
}

/** Prints the settings in use (`--print-config`), as YAML for a sweep's file. */
export function printedConfig(sources: ConfigSources): End<PrintedConfig> {
  const { command, notes = [] } = sources;
  const settings = effectiveSettings(sources);
  const known = `# The settings of lorank ${command}. Saved as a file they are the same again: lorank ${command} FILE`;
  return {
    document: {
      command,
      settings: Object.fromEntries(
        settings.map(({ key, value, origin, comment }) => [key, { value: value ?? comment, origin }]),
      ),
    },
    view({ print }) {
      print([known, ...notes.map((note) => `# ${note}`), ""].join("\n"));
      for (const setting of settings) print(plainText(setting.comment ?? yamlOf(setting)));
    },
  };
}

function effectiveSettings(sources: ConfigSources): Effective[] {
  const { command, settings, leftOut = [], hasDefaults = true } = sources;
  const notHere = [
    ...inPassing,
    ...leftOut,
    // `until` excludes `seeds` and `method`; `max-seeds` needs `until`.
    ...(settings.until === undefined ? ["max-seeds"] : ["seeds", "method"]),
    // The default ranks are not those of arms without a rank.
    ...(settings.arms === undefined ? [] : ["ranks"]),
  ];
  const inFile = new Set(fileSettings().map(({ key }) => key));
  return settingsOf(command)
    .filter(({ key, hidden }) => hidden !== true && (key in settings || !notHere.includes(key)))
    .flatMap((setting): Effective[] => {
      const isKey = inFile.has(setting.key) && setting.flagOnly !== true;
      const { key } = setting;
      if (key in settings) return [effective(key, settings[key], originOf(key, sources), isKey)];
      const variable = setting.environment ?? "";
      const value = process.env[variable];
      if (value) return [effective(key, value, variable, isKey)];
      return byDefault(setting, isKey, hasDefaults);
    });
}

/** Flags left out of the printed config, as no settings of a sweep. */
const inPassing = ["print-config", "dry-run"];

function originOf(key: string, { typed, saved, file }: ConfigSources): string {
  if (key in typed) return `--${typed[key] === false ? "no-" : ""}${key}`;
  return saved?.keys.includes(key) ? saved.file : file!;
}

function effective(key: string, value: unknown, origin: string, isKey: boolean): Effective {
  if (!isKey) return { key, value, origin, comment: `# --${key} ${value}  (a flag only)` };
  const shown = typeof value === "string" ? withoutPassword(value) : value;
  if (shown === value) return { key, value, origin };
  return { key, value: shown, origin, comment: `# ${key}: ${shown}  (${origin}; with a password)` };
}

function byDefault({ key, kind, default: fallback }: Setting, isKey: boolean, isLive: boolean): Effective[] {
  const origin = "default";
  // Switches default to off; other settings without a default are left out.
  if (fallback === undefined) return kind === onOff && isKey && isLive ? [{ key, value: false, origin }] : [];
  // Defaults with spaces are descriptions.
  const isWords = typeof fallback === "string" && fallback.includes(" ");
  if (isKey && isLive && !isWords) return [{ key, value: fallback, origin }];
  const value = isWords ? undefined : fallback;
  const shown = Array.isArray(fallback) ? fallback.join(",") : fallback;
  const comment = isKey ? `# ${key}: ${shown}  (default)` : `# --${key} ${shown}  (default; a flag only)`;
  return [{ key, value, origin, comment }];
}

/** Line such as `ranks: [2, 8] # --ranks`. */
function yamlOf({ key, value, origin }: Effective): string {
  const document = new Document({ [key]: value });
  visit(document, {
    Seq: (_, list) => {
      list.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
  return text.replace(/$/m, ` # ${origin.replace(/\s+/g, " ")}`);
}

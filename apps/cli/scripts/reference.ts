import { commandsFor } from "../src/commands/commands.ts";
import { flagText, helpText } from "../src/flags/help.ts";
import { flagsOf, type Setting } from "../src/flags/setting.ts";
import { fileSettings, settingsOf } from "../src/settings/table.ts";

const commands = await commandsFor();

/** The JSON Schema of a sweep's YAML file, for editors, as text. A test compares it with the published file. */
export function sweepJsonSchema(): string {
  const properties = Object.fromEntries(
    fileSettings().map(({ key, help, kind, hidden }) => [
      key,
      { ...kind.schema, description: help, ...(hidden && { deprecated: true }) },
    ]),
  );
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "LoRAnk sweep",
    type: "object",
    properties,
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** All commands with their flags, as a page of the documentation. */
export function cliReference(): string {
  const ofSweep = new Set(flagsOf(settingsOf("sweep")).map(row));
  const sections = commands.map(({ name, arguments: taken, settings, summary, description, examples }) => {
    const usage = ["lorank", name, "[options]", ...taken.map(([syntax]) => syntax)].join(" ");
    const shown = flagsOf(settings).filter(({ hidden }) => hidden !== true);
    // Half of the page would stand there twice.
    const isOfSweep = (setting: Setting): boolean => name !== "sweep" && ofSweep.has(row(setting));
    const rows = shown.filter((setting) => !isOfSweep(setting)).map(row);
    const shared = shown.filter(isOfSweep).map(({ key }) => `\`--${key}\``);
    return [
      `## ${name}`,
      `${summary[0]!.toUpperCase()}${summary.slice(1)}. ${description.replaceAll("\n", " ")}`,
      `\`\`\`text\n${usage}\n\`\`\``,
      taken.map(([syntax, help]) => `- \`${syntax}\`: ${help}`).join("\n"),
      rows.length === 0 ? "" : ["| flag | |", "| --- | --- |", ...rows].join("\n"),
      shared.length === 0 ? "" : `As for [sweep](#sweep): ${shared.join(", ")}.`,
      ["```sh", ...examples.map(([line, purpose]) => `${line}   # ${purpose}`), "```"].join("\n"),
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  return `# The command line\n\n${introduction}\n\n${sections.join("\n\n")}\n`;
}

/** A flag and what it does, as a line of a table. */
function row(setting: Setting): string {
  return `| \`${inTable(flagText(setting))}\` | ${inTable(helpText(setting))} |`;
}

function inTable(text: string): string {
  return text.replaceAll("|", "\\|");
}

const introduction = `Every command takes \`--json\` (one JSON document on stdout, nothing else), \`--quiet\`, \`--no-color\`, \`--no-input\` and
\`--help\`. A setting of \`sweep\` is a key of its YAML file too, under the name of the flag; flags win over the file.

[Exit codes and environment variables](environment.md) have a page of their own. With \`--json\` an error is a
[document](guides/assistants.md#errors) too.

This page is made from the table that the program reads.`;

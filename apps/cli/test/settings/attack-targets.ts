import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { assertFinite, filesWithin, type Target } from "../../../../scripts/attack/attack.ts";
import { mutatedLines } from "../../../../scripts/attack/mutate.ts";
import { readSettings } from "../../src/settings/read.ts";
import { readYaml } from "../../src/settings/read-yaml.ts";
import { fileSettings } from "../../src/settings/table.ts";

const examples = fileURLToPath(new URL("../../../../examples", import.meta.url));

/** A sweep's file that is read gives settings of finite numbers under names that the table of settings has. */
export function settingsTargets(folder: string): readonly Target[] {
  const file = join(folder, "sweep.yaml");
  const known = new Set(fileSettings().map(({ key }) => key));
  return [
    {
      name: "sweep YAML",
      originals: ["sweep.yaml", "demo.yaml", "control-random-base.yaml"].flatMap((name) =>
        filesWithin(examples, name),
      ),
      mutate: mutatedLines,
      read: (mutant) => {
        writeFileSync(file, mutant);
        for (const command of ["sweep", "plan", "train"] as const) {
          const settings = readSettings(command, file, {});
          for (const key of Object.keys(settings))
            if (!known.has(key)) throw new Error(`got a setting ${key}`);
          assertFinite(settings);
        }
        // What was read is YAML again, of the same content.
        const content = readYaml(file);
        writeFileSync(file, stringify(content, { aliasDuplicateObjects: false }));
        if (JSON.stringify(readYaml(file)) !== JSON.stringify(content))
          throw new Error("another content, written again");
      },
    },
  ];
}

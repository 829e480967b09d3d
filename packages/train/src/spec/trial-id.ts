import { canonicalJson, type TrialSpec } from "@lorank/core/results";
import { sha256Hex } from "../sha256.ts";

/** The name of a trial: the SHA-256 (64 hex digits) of its spec's canonical JSON, so key order does not matter. */
export function trialId(spec: TrialSpec): string {
  return sha256Hex(canonicalJson(spec));
}

/** True for 64 lower-case hex digits. Everything that becomes a file name passes through here first. */
export function isTrialId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

import { randomOf } from "../attack/mutate.ts";
import type { ErrorCode } from "./preload.ts";
import type { ObservedCall, Point, Scene } from "./strike.ts";

const freeing = /^(rm|rmdir|unlink|close|chmod|utimes|futimes|truncate|ftruncate)$/;
const opening = /^(open|readdir|opendir|readFile|writeFile|appendFile|copyFile)$/;
const onDescriptor = /^(write|writev|ftruncate|futimes|fsync|fdatasync|close|read|readv|fstat)$/;
const writing = /^(write|writeFile|appendFile|copyFile)$/;

/** Errors that a call can come to. */
function errorsOf({ kind, name }: ObservedCall): ErrorCode[] {
  return [
    ...(kind !== "read" && !freeing.test(name) ? ["ENOSPC" as const] : []),
    "EIO",
    ...(onDescriptor.test(name) ? [] : ["EACCES" as const]),
    ...(opening.test(name) ? ["EMFILE" as const] : []),
  ];
}

/** Every kill of a scene: before each call that changes something, and in the middle of each that writes. */
export function killsOf({ of }: Scene, calls: readonly ObservedCall[]): Point[] {
  const kill = of === "worker" ? (["kill-all", "kill"] as const) : (["kill"] as const);
  return calls
    .filter(({ kind }) => kind === "change")
    .flatMap((call) =>
      [...kill, ...(writing.test(call.name) ? (["tear"] as const) : [])].map((strike) => ({ call, strike })),
    );
}

/** Every error of a scene, and every write that is cut short. */
export function errorsAt(calls: readonly ObservedCall[]): Point[] {
  return calls.flatMap((call) =>
    [...errorsOf(call), ...(call.name === "write" ? (["short"] as const) : [])].map((strike) => ({
      call,
      strike,
    })),
  );
}

/** `count` of the points, the same for the same seed; all where there are no more. */
export function sample(points: readonly Point[], count: number, seed: number): Point[] {
  const random = randomOf(seed);
  const left = [...points];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.below(left.length), 1)[0]!,
  );
}

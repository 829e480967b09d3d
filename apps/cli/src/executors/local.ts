import type { Executor } from "./executor.ts";

export const local = {
  name: "local",
  place: "on this machine",
  settings: [],
  async start({ devices }) {
    if (devices === undefined) return undefined;
    const { localExecutor } = await import("@lorank/sweep/executor");
    return (place, options) => localExecutor(place, { ...options, devices });
  },
  sideBySide: ({ devices, jobs }) => devices?.length ?? jobs,
} as const satisfies Executor<unknown>;

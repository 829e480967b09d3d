/**
 * Builds the Python wheels of `lorank`, one for each platform, into `dist-python`:
 *
 *     npm run build && npm run python-wheels
 *     npm run python-wheels -- --platform linux-x64 --out DIR
 *     npm run python-wheels -- --tarballs DIR      # of `pnpm pack`: does not pack again
 *
 * A wheel holds the packed packages as they go to npm. Two builds of one commit have the same bytes. Needs Python 3.11 or
 * newer with pip; hatchling comes from the Python package index, with pinned digests.
 */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildWheels, platforms } from "./python/wheels.ts";
import { root } from "./release/workspace.ts";

const { values } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: [...platforms] },
    out: { type: "string", default: join(root, "dist-python") },
    tarballs: { type: "string" },
  },
});
for (const platform of values.platform)
  if (!platforms.includes(platform))
    throw new Error(`--platform must be one of ${platforms.join(", ")}, got ${platform}`);
for (const wheel of await buildWheels(resolve(values.out), values.platform, values.tarballs))
  console.log(`${wheel}  ${(statSync(wheel).size / 1e6).toFixed(1)} MB`);

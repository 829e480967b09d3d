/** An npm registry on this machine: verdaccio, with everything it writes in a folder of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "./workspace.ts";

export interface Registry {
  readonly url: string;
  /** Makes npm, npx and pnpm use the registry, and nobody's own npm configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

// The last version that runs on Node 20. Installed here and not in the lockfile: only the rehearsal needs its 327 packages.
const verdaccio = {
  dependencies: { verdaccio: "6.8.0" },
  // One of its dependencies asks for `node-fetch@cjs`, a tag that not every mirror of the registry has.
  overrides: { "node-fetch": "2.7.0" },
};

/**
 * Starts a registry in `folder`, on a free port of 127.0.0.1. Packages named in `own` exist only if they are published
 * to it; all others are fetched from the registry that npm is configured with.
 */
export async function startRegistry(folder: string, own: readonly string[]): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const upstream = (await run("npm", ["config", "get", "registry"], folder)).trim();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...verdaccio }));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], folder);
  const { runServer } = createRequire(join(folder, "package.json"))("verdaccio") as {
    runServer: (config: object) => Promise<Server>;
  };
  const anyone = { access: "$all", publish: "$all" };
  const server = await runServer({
    self_path: folder,
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: -1 } },
    uplinks: { upstream: { url: upstream, cache: false, timeout: "60s", max_fails: 10 } },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, anyone])),
      "**": { access: "$all", proxy: "upstream" },
    },
    max_body_size: "1gb", // a package with a native library in it; the default is 10 MB
    web: { enable: false },
    log: { type: "stdout", level: "fatal" },
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", done);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const npmrc = join(folder, "npmrc");
  // npm publishes only with a token, which the registry does not look at.
  writeFileSync(
    npmrc,
    `registry=http://${host}/\n//${host}/:_authToken=rehearsal\naudit=false\nfund=false\n`,
  );
  return {
    url: `http://${host}/`,
    env: {
      npm_config_userconfig: npmrc,
      npm_config_registry: `http://${host}/`,
      npm_config_update_notifier: "false",
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

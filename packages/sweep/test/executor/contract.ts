import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import {
  buildContract,
  type ExecutorUnderTest,
  type MakeScene,
  type RunningServers,
  Scene,
} from "../helpers/contract-scene.ts";
import { driversMayDie } from "./contract/driver.ts";
import { endsAreObeyed } from "./contract/ends.ts";
import { failuresAreSurvived } from "./contract/failures.ts";
import { twiceIsHarmless } from "./contract/twice.ts";
import { workIsDone } from "./contract/work.ts";

/**
 * What every executor must do, whatever runs its processes. The scenarios use the public interface alone, and look into the
 * results folder; they run five at a time. With a reason in `skip` they are skipped.
 */
export function executorContract(name: string, under: ExecutorUnderTest, skip?: string): void {
  const title = `the ${name} executor${skip === undefined ? "" : ` (skipped: ${skip})`}`;
  describe.skipIf(skip !== undefined)(title, { concurrent: true }, () => {
    let dist: string;
    let servers: RunningServers = {};
    let nodeOptions: string[] = [];

    beforeAll(async () => {
      // The bundles are plain JavaScript: processes start without the loader that this one has.
      nodeOptions = process.execArgv.splice(0);
      dist = await buildContract(under);
      servers = (await under.setUp?.(dist)) ?? {};
    });
    afterAll(async () => {
      await servers.tearDown?.();
      process.execArgv.push(...nodeOptions);
      rmSync(dirname(dist), { recursive: true, force: true });
    });

    const scene: MakeScene = ({ onTestFinished }, options = {}) => {
      const made = new Scene(dist, servers, options);
      onTestFinished(() => made.close());
      return made;
    };
    workIsDone(scene);
    failuresAreSurvived(scene);
    twiceIsHarmless(scene);
    endsAreObeyed(scene);
    driversMayDie(scene);
  });
}

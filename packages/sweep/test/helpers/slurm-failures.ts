import { readdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SlurmQueue } from "../../src/executor/slurm/jobs.ts";
import { findDisagreements } from "../../src/store/commit-result.ts";
import { removeTemporaryFiles } from "../../src/store/own-names.ts";
import { buildContract, type ExecutorUnderTest, Scene } from "./contract-scene.ts";
import { numbersFrom } from "./fake-trainer.ts";
import { processes, SlurmCluster } from "./slurm-cluster.ts";

/** How the suite and the failures build the Slurm executor. */
export const slurmUnderTest: Pick<ExecutorUnderTest, "module" | "programs"> = {
  module: fileURLToPath(new URL("./slurm-executor-module.ts", import.meta.url)),
  programs: {
    "slurm-task": fileURLToPath(new URL("../../src/executor/slurm/slurm-task.ts", import.meta.url)),
  },
};

export interface Failures {
  readonly trials: number;
  /** Random SIGKILLs of trials. */
  readonly kills: number;
  readonly nodesLost: number;
  readonly controllerKills: number;
  readonly slots: number;
  readonly say?: (line: string) => void;
}

export interface AfterFailures {
  readonly results: number;
  /** Trials whose attempts differ in more than what was measured. */
  readonly disagreements: number;
  readonly finishedAttempts: number;
  readonly starts: number;
  readonly failed: readonly string[];
  readonly killed: number;
  /** Files of killed processes that the next run of the sweep tidies away, and what is left after that. */
  readonly temporaryFilesBefore: number;
  readonly temporaryFiles: number;
  readonly seconds: number;
}

/** Runs a sweep on a cluster of its own while things fail. Each failure waits for its share of the results. */
export async function failOnSlurm(asked: Failures): Promise<AfterFailures> {
  const { trials, kills, nodesLost, controllerKills, slots, say = () => {} } = asked;
  const cluster = await SlurmCluster.start({ nodes: 2, cpus: Math.max(2, slots / 2) });
  const dist = await buildContract(slurmUnderTest);
  const settings = { pollSeconds: 1 };
  const seeds = Array.from({ length: trials }, (_, seed) => seed);
  const scene = new Scene(dist, { settings }, { seeds, trialsAtOnce: slots, maxAttempts: 30 });
  const { store } = scene;
  const results = () => readdirSync(store.path("results")).filter((name) => name.endsWith(".json")).length;
  const begun = Date.now();
  const say2 = (line: string) =>
    say(`${((Date.now() - begun) / 1000).toFixed(1)} s, ${results()} results: ${line}`);
  let running = true;
  const reached = async (share: number) => {
    while (running && results() < share * trials) await delay(50);
    return running;
  };
  const random = numbersFrom("failures");
  let killed = 0;

  async function killTrials(): Promise<void> {
    for (let kill = 0; kill < kills; kill++) {
      if (!(await reached((0.9 * kill) / kills))) return;
      for (let tries = 0; running && tries < 400; tries++) {
        const workers = processes().filter(
          ({ command }) => command.includes("/worker.js") && command.includes(store.out),
        );
        const victim = workers[Math.floor(random() * workers.length)];
        await delay(50 * random());
        if (victim === undefined) continue;
        try {
          process.kill(victim.pid, "SIGKILL");
          killed++;
          break;
        } catch {
          // It has ended meanwhile.
        }
      }
    }
    say2(`${killed} trials were killed`);
  }
  async function loseNodes(): Promise<void> {
    for (let lost = 1; lost <= nodesLost; lost++) {
      if (!(await reached((0.7 * lost) / (nodesLost + 1)))) return;
      const node = cluster.nodes[lost % cluster.nodes.length]!;
      await cluster.loseNode(node);
      say2(`node ${node} is lost`);
      await delay(9_000); // SlurmdTimeout is 5 s: the controller must have missed it
      cluster.startNode(node);
      say2(`node ${node} is back`);
    }
  }
  async function killController(): Promise<void> {
    for (let kill = 1; kill <= controllerKills; kill++) {
      if (!(await reached(0.1 + (0.6 * kill) / (controllerKills + 1)))) return;
      await cluster.killController();
      say2("the controller is killed");
      await delay(4_000);
      cluster.startController();
      say2("the controller is back");
    }
  }

  /** Does what is advised, as somebody would who looks at the sweep's state. */
  async function operate(): Promise<void> {
    while (running) {
      await delay(2_000);
      const jobs = await new SlurmQueue(store.out).jobs().catch(() => []);
      const commands = new Set(jobs.flatMap(({ advice }) => advice?.command ?? []));
      for (const command of commands) {
        const [program = "", ...args] = command.split(" ");
        try {
          cluster.command(program, args);
          say2(command);
        } catch {
          // The controller is away.
        }
      }
    }
  }

  try {
    const failures = Promise.all([killTrials(), loseNodes(), killController(), operate()]);
    const { failed } = await scene.run();
    running = false;
    await failures;
    const seconds = (Date.now() - begun) / 1000;
    const temporaryFilesBefore = scene.temporaryFiles().length;
    removeTemporaryFiles(store.out);
    return {
      results: store.readResults().length,
      disagreements: scene.ids.flatMap((id) => findDisagreements(store, id)).length,
      finishedAttempts: scene.ids.flatMap((id) => store.finishedAttempts(id)).length,
      starts: scene.ids.flatMap((id) => store.attempts(id)).length,
      failed: failed.map(({ message }) => message),
      killed,
      temporaryFilesBefore,
      temporaryFiles: scene.temporaryFiles().length,
      seconds,
    };
  } finally {
    running = false;
    if (process.env.KEEP === undefined) await scene.close();
    await cluster.stop();
    rmSync(dirname(dist), { recursive: true, force: true });
  }
}

/**
 * A Slurm cluster for tests: a controller and nodes on this host, in a temporary folder, on free ports of the loopback
 * interface. Its daemons are children of this process and end with it.
 */
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WAIT_LIMIT } from "../../../../scripts/wait-limit.ts";

/** Why there can be no cluster here; undefined where there can. */
export function whyNoSlurm(): string | undefined {
  if (process.platform !== "linux") return "Slurm runs on Linux only";
  if (process.getuid?.() !== 0) return "Slurm's daemons need root";
  const missing = ["slurmctld", "slurmd", "munged", "sbatch", "setpriv"].filter((name) => !isInstalled(name));
  return missing.length === 0 ? undefined : `${missing.join(", ")} not installed`;
}

function isInstalled(program: string): boolean {
  const path = `${process.env.PATH}:/usr/sbin:/sbin`.split(":");
  return path.some((folder) => {
    try {
      return readdirSync(folder).includes(program);
    } catch {
      return false;
    }
  });
}

export interface ClusterOptions {
  /** (default 2) */
  readonly nodes?: number;
  /** Of each node, whatever the host has. (default 8) */
  readonly cpus?: number;
}

export class SlurmCluster {
  readonly folder: string;
  readonly conf: string;
  readonly nodes: readonly string[];
  readonly #daemons = new Map<string, ChildProcess>();
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, nodes: readonly string[]) {
    this.folder = folder;
    this.conf = join(folder, "slurm.conf");
    this.nodes = nodes;
    this.#env = { ...process.env, SLURM_CONF: this.conf, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    process.once("exit", () => this.#killDaemons());
  }

  /** Starts a cluster, and lets the commands of this process find it. */
  static async start({ nodes = 2, cpus = 8 }: ClusterOptions = {}): Promise<SlurmCluster> {
    const folder = mkdtempSync(join(tmpdir(), "lorank-slurm-"));
    const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
    const cluster = new SlurmCluster(folder, names);
    for (const name of ["state", "log", "munge", ...names.map((node) => `spool/${node}`)])
      mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
    const ports = await freePorts(nodes + 1);
    writeFileSync(cluster.conf, configuration(folder, names, cpus, ports));
    writeFileSync(join(folder, "cgroup.conf"), "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n");
    cluster.#daemon("munged", "munged", [
      "--foreground",
      "--force",
      `--key-file=${folder}/munge.key`,
      `--socket=${folder}/munge/socket`,
      `--pid-file=${folder}/munge/pid`,
      `--log-file=${folder}/log/munged.log`,
      `--seed-file=${folder}/munge/seed`,
    ]);
    await until(() => readdirSync(join(folder, "munge")).includes("socket"), "munged is up");
    cluster.startController();
    for (const node of names) cluster.startNode(node);
    process.env.SLURM_CONF = cluster.conf;
    await until(() => cluster.idleNodes() === nodes, "all nodes are idle");
    return cluster;
  }

  startController(): void {
    this.#daemon("slurmctld", "slurmctld", ["-D", "-f", this.conf]);
  }

  /** As a power cut does it. */
  async killController(): Promise<void> {
    await this.#kill("slurmctld");
  }

  startNode(node: string): void {
    this.#daemon(node, "slurmd", ["-D", "-f", this.conf, "-N", node]);
  }

  /** The node is gone, and all that runs there. */
  async loseNode(node: string): Promise<void> {
    const steps = readdirSync(join(this.folder, "spool", node)).flatMap(
      (name) => /^n\d+_(\d+)\.\d+$/.exec(name)?.[1] ?? [],
    );
    await this.#kill(node);
    for (const { pid, command, environment } of processes()) {
      if (!environment.includes(`SLURM_CONF=${this.conf}`)) continue;
      const step = /^slurmstepd: \[(\d+)\./.exec(command)?.[1];
      const isStep = step !== undefined && steps.includes(step);
      if (isStep || environment.includes(`SLURMD_NODENAME=${node}`)) killQuietly(pid);
    }
  }

  idleNodes(): number {
    try {
      const lines = this.command("sinfo", ["--noheader", "--Node", "--format=%T"]).trim().split("\n");
      return lines.filter((state) => /^(idle|mixed|allocated)$/.test(state)).length;
    } catch {
      return 0;
    }
  }

  command(program: string, args: readonly string[]): string {
    return execFileSync(program, [...args], {
      encoding: "utf8",
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async stop(): Promise<void> {
    try {
      const ids = this.command("squeue", ["--noheader", "--format=%A"]).trim().split("\n");
      if (ids[0] !== "") {
        this.command("scancel", ["--signal=KILL", "--full", ...ids]);
        this.command("scancel", ids);
      }
    } catch {
      // The controller is gone already.
    }
    for (const node of this.nodes) await this.loseNode(node);
    await Promise.all([...this.#daemons.keys()].map((name) => this.#kill(name)));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (process.env.SLURM_CONF === this.conf) delete process.env.SLURM_CONF;
  }

  #daemon(name: string, program: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, "log", `${name}.stdio`), "a");
    const options: SpawnOptions = { env: this.#env, stdio: ["ignore", log, log] };
    // It ends with this process, even where that is killed.
    this.#daemons.set(name, spawn("setpriv", ["--pdeathsig=KILL", program, ...args], options));
  }

  async #kill(name: string): Promise<void> {
    const child = this.#daemons.get(name);
    this.#daemons.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  #killDaemons(): void {
    for (const child of this.#daemons.values()) child.kill("SIGKILL");
  }
}

function configuration(
  folder: string,
  nodes: readonly string[],
  cpus: number,
  [controllerPort, ...nodePorts]: readonly number[],
): string {
  const host = hostname().split(".")[0];
  return `ClusterName=lorank
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A task that is queued again may start one second after its credential has expired: usually 2 minutes.
AuthInfo=socket=${folder}/munge/socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=${controllerPort}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=5
KillWait=5
MessageTimeout=10
MaxArraySize=10001
${nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${nodePorts[i]} CPUs=${cpus} RealMemory=2000 State=UNKNOWN`).join("\n")}
PartitionName=all Nodes=${nodes.join(",")} Default=YES MaxTime=INFINITE State=UP
`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export interface ProcessOnHost {
  readonly pid: number;
  readonly command: string;
  readonly environment: readonly string[];
}

/** All processes of this host that may be read. */
export function processes(): ProcessOnHost[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return [{ pid: Number(pid), command, environment }];
    } catch {
      return []; // ended in between
    }
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + WAIT_LIMIT;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited 300 s in vain until ${what}`);
    await delay(50);
  }
}

/** The program of a probe's own process: `node probe-process.js '<ProbeJob as JSON>'`. Its answer is one message. */
import { deviceRuntime } from "./devices/device.ts";
import type { Probe, ProbeJob } from "./devices/probe.ts";
import { selfTest } from "./devices/self-test.ts";
import { loadedLibraries, softwareDriverAmong } from "./devices/software-driver.ts";
import { secondsOfProducts } from "./devices/speed.ts";

const job = JSON.parse(process.argv[2] ?? "") as ProbeJob;
// A runtime's threads must not keep the process; nobody waits for it after the answer.
process.send?.(await probe(job), undefined, undefined, () => process.exit(0));

async function probe({ device, threads, compute = "float32" }: ProbeJob): Promise<Probe> {
  try {
    const runtime = await deviceRuntime({ device, compute });
    const { passed, detail } = await selfTest(runtime);
    const softwareDriver = softwareDriverAmong(loadedLibraries());
    if (!passed) return { device, passed, detail };
    if (softwareDriver !== undefined) return { device, passed, detail, softwareDriver };
    const seconds = {
      device: await secondsOfProducts(runtime),
      cpu: await secondsOfProducts(await deviceRuntime({ device: "cpu", threads })),
    };
    return { device, passed, detail, seconds };
  } catch (error) {
    return { device, passed: false, detail: (error as Error).message.split("\n")[0] ?? "" };
  }
}

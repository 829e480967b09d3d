/** Hands out devices: one process a device as long as there are enough, then again the one with the fewest. */
export class DevicePool {
  readonly #processes: Map<string, number>;

  constructor(devices: readonly string[]) {
    this.#processes = new Map(devices.map((device) => [device, 0]));
  }

  /** A device until {@link giveBack}; undefined where there are none to hand out. */
  take(): string | undefined {
    const [device] = [...this.#processes].toSorted(([, a], [, b]) => a - b)[0] ?? [];
    if (device !== undefined) this.#processes.set(device, this.#processes.get(device)! + 1);
    return device;
  }

  giveBack(device: string | undefined): void {
    if (device !== undefined) this.#processes.set(device, this.#processes.get(device)! - 1);
  }
}

/**
 * What tells a process its device: `LORANK_DEVICE` has the name, and of `cuda:1` the process sees that device alone, so that
 * any trainer's `cuda` is the right one. Numbers count what `CUDA_VISIBLE_DEVICES` leaves visible.
 */
export function deviceEnvironment(device: string | undefined, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (device === undefined) return {};
  const number = /^cuda:(\d+)$/.exec(device)?.[1];
  if (number === undefined) return { LORANK_DEVICE: device };
  const visible = own.CUDA_VISIBLE_DEVICES ? own.CUDA_VISIBLE_DEVICES.split(",") : [];
  return { LORANK_DEVICE: device, CUDA_VISIBLE_DEVICES: visible[Number(number)]?.trim() ?? number };
}

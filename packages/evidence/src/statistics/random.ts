export interface SeededRandom {
  /** Draw from the uniform distribution on [0, 1). */
  readonly uniform: () => number;
  readonly normal: () => number;
}

/** Random numbers by sfc32, Chris Doty-Humphrey's generator (PractRand). For simulation only, not for secrets. */
export function randomStream(seed: number): SeededRandom {
  let a = mix(seed);
  let b = mix(a ^ Math.floor(seed / 2 ** 32));
  let c = mix(b + 1);
  let counter = 1;
  const uniform = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) uniform();
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Box and Muller (1958); 1 - u keeps 0 out of the logarithm.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal };
}

/** Items in random order (Fisher and Yates, from the end). */
export function shuffled<Item>(items: readonly Item[], uniform: SeededRandom["uniform"]): Item[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/** Seed from the data: under a fixed seed, all data sets would share the same random error. */
export function seedOfData(value: number): number {
  return Math.floor((Math.abs(value) * 1e9) % 2 ** 31);
}

/** MurmurHash3's 32-bit finaliser: neighbouring seeds become unrelated words. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Matrix rows and columns: three such matrices fit every CPU's nearest cache. */
const SIZE = 64;
const PRODUCTS_PER_ROUND = 16;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 9;

/**
 * Seconds per floating-point operation in a plain matrix product in JavaScript, on one thread. Median over some rounds
 * after warm-up, in a tenth of a second or two.
 *
 * @param now a clock, in milliseconds.
 */
export function secondsPerPlainFlop(now: () => number): number {
  const [a, b, product] = [filled(0.5), filled(0.25), filled(0)];
  const rounds: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const start = now();
    for (let i = 0; i < PRODUCTS_PER_ROUND; i++) multiply(a, b, product);
    rounds.push(now() - start);
  }
  const median = rounds.slice(WARM_UP_ROUNDS).sort((one, other) => one - other)[(ROUNDS - 1) / 2]!;
  return median / 1000 / (PRODUCTS_PER_ROUND * 2 * SIZE ** 3);
}

function filled(value: number): Float32Array {
  return new Float32Array(SIZE * SIZE).fill(value);
}

function multiply(a: Float32Array, b: Float32Array, product: Float32Array): void {
  product.fill(0);
  for (let row = 0; row < SIZE * SIZE; row += SIZE)
    for (let inner = 0; inner < SIZE; inner++) {
      const factor = a[row + inner]!;
      for (let column = 0; column < SIZE; column++)
        product[row + column] = Math.fround(
          product[row + column]! + Math.fround(factor * b[inner * SIZE + column]!),
        );
    }
}

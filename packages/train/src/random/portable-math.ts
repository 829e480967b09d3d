/**
 * Transcendental functions from `+ - * /`, which IEEE 754 rounds correctly: the same bits on every machine. ECMAScript
 * leaves the last bits of `Math.log`, `Math.cos` and `Math.pow` open, and V8 has changed them.
 */

/**
 * Natural logarithm of `x` in (0, 1], to about 1e-16 of max(1, |ln x|). `x = m·2^-k` with m in [√½, √2], and `ln m = 2
 * atanh(f)`, f = (m−1)/(m+1), |f| ≤ 0.1716. Eleven terms of `f + f³/3 + f⁵/5 + …` leave less than 1e-18.
 */
export function logOfUnit(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2; // exact
    halvings++;
  }
  const f = (mantissa - 1) / (mantissa + 1);
  const f2 = f * f;
  let series = 0;
  for (let odd = 23; odd >= 3; odd -= 2) series = (series + 1 / odd) * f2;
  return 2 * (f + f * series) - halvings * Math.LN2;
}

/** cos(π x) for x in [0, 1], to about 1e-16: Taylor series after folding the angle into [0, π/4]. */
export function cosineOfPi(x: number): number {
  if (x > 0.5) return -cosineOfPi(1 - x);
  return x > 0.25 ? sineSeries((0.5 - x) * Math.PI) : cosineSeries(x * Math.PI);
}

/** Integer power of `base`, by repeated squaring. */
export function integerPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

// The first omitted term on [0, π/4] is x^18/18! or x^19/19!, below 3e-18.
function cosineSeries(x: number): number {
  const x2 = x * x;
  let sum = 1;
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (sum * x2) / (n * (n - 1));
  return sum;
}

function sineSeries(x: number): number {
  const x2 = x * x;
  let sum = 1;
  for (let n = 17; n >= 3; n -= 2) sum = 1 - (sum * x2) / (n * (n - 1));
  return sum * x;
}

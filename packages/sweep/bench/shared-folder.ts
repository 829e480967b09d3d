/**
 * What a file server does for a sweep of many nodes, by simulation: the waiting time of a call at the server, where calls are
 * served one after the other.
 *
 *     node --conditions=@lorank/source --import tsx bench/shared-folder.ts
 *
 * A trial makes its calls in two bursts, at its start and at its end, and a line of its log (open, write, close) in between
 * whenever one is due; how many of each was counted with strace (packages/sweep/bench/scale.md). Places begin at random moments of the first
 * trial's time. Waiting does not slow a trial down here, so a server that is too slow shows in a wait without end.
 */
const trials = 10_000;
const places = 400;
const callsPerSecond = 2000;
const [callsAtStart, callsAtEnd, callsOfLine] = [36, 48, 3];

/** From 0 to 1, the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
let state = 1;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** When calls come, in seconds, ascending. */
function arrivals(trialSeconds: number, lineSeconds: number): Float64Array {
  const times: number[] = [];
  const rounds = Math.ceil(trials / places);
  for (let place = 0; place < places; place++) {
    let now = random() * trialSeconds;
    for (let round = 0; round < rounds; round++) {
      const length = trialSeconds * (0.9 + 0.2 * random());
      for (let i = 0; i < callsAtStart; i++) times.push(now);
      for (let at = lineSeconds; at < length; at += lineSeconds)
        for (let i = 0; i < callsOfLine; i++) times.push(now + at);
      now += length;
      for (let i = 0; i < callsAtEnd; i++) times.push(now);
    }
  }
  return Float64Array.from(times).sort();
}

/** Seconds that calls wait for their turn. */
function waits(times: Float64Array): Float64Array {
  let free = 0;
  return times.map((time) => {
    const start = Math.max(time, free);
    free = start + 1 / callsPerSecond;
    return start - time;
  });
}

console.log("| a trial takes | a line of its log every | calls a second | wait: median | 99 % | longest |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [trialSeconds, lineSeconds] of [
  [60, 0.2],
  [60, 2],
  [600, 0.2],
  [600, 2],
  [3600, 2],
] as const) {
  const times = arrivals(trialSeconds, lineSeconds);
  const sorted = waits(times).sort();
  const at = (share: number): string =>
    `${sorted[Math.floor(share * (sorted.length - 1))]!.toPrecision(2)} s`;
  const rate = times.length / (times.at(-1)! - times[0]!);
  console.log(
    `| ${trialSeconds / 60} min | ${lineSeconds} s | ${Math.round(rate)} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`,
  );
}

/** How far estimates were from measurements. The figures stand in one place, which is written from the measurements. */
export function accuracyLine(): string {
  return "How far such estimates were from published measurements, profile by profile: docs/memory-accuracy.md.";
}

/** Texts of two classes, which a word of theirs gives away. */
export function rows(count: number): { readonly text: string; readonly label: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    text: i % 2 === 0 ? `the minutes of meeting ${i}` : `you have won prize ${i}`,
    label: i % 2 === 0 ? "ham" : "spam",
  }));
}

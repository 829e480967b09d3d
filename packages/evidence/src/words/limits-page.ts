/** Address of the page that says what no verdict can know. */
export const limitsPage = "https://lorank.github.io/lorank/concepts/limits.html";

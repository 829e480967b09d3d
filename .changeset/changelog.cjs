/** How CHANGELOG.md is written: the changesets' own text under its subject, without commit ids, and dependencies in one line. */
const getReleaseLine = async ({ summary }) => `${summary.trim()}\n`;

const getDependencyReleaseLine = async (_changesets, updated) =>
  updated.length === 0
    ? ""
    : `### Needs\n\n- ${updated
        .map(({ name, newVersion }) => `${name} ${newVersion}`)
        .sort()
        .join(", ")}`;

module.exports = { getReleaseLine, getDependencyReleaseLine };

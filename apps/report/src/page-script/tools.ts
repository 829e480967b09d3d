import { announce, button, headsOf, numbersOf, textOf } from "./controls.ts";
import { addDownloads } from "./download.ts";
import { addTips } from "./tips.ts";

function addCopyButtons(root: ParentNode = document): void {
  for (const snippet of root.querySelectorAll<HTMLElement>(".snippet")) {
    const what = snippet.dataset.what ?? "";
    const text = snippet.querySelector("code")!;
    snippet.append(
      button("Copy", `Copy ${what}`, async (self) => {
        const isCopied = await copy(text);
        self.textContent = isCopied ? "Copied" : "Selected";
        announce(
          isCopied ? `Copied ${what}.` : `Selected ${what}: the browser lets no page copy. Use its menu.`,
        );
        setTimeout(() => {
          self.textContent = "Copy";
        }, 2000);
      }),
    );
  }
}

/** Copies an element's text, or selects it: some browsers have no clipboard in a file. False where both are refused. */
async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return document.execCommand("copy");
  }
}

/** Adds buttons and tooltips to the report in `root`, once. */
export function addReportTools(root: ParentNode = document): void {
  addCopyButtons(root);
  addDownloads(root);
  makeSortable(root);
  addTips(root);
}

/** Makes tables in `root` sortable: up, down, then as before. */
function makeSortable(root: ParentNode = document): void {
  for (const table of root.querySelectorAll("table")) {
    const body = table.tBodies[0]!;
    const asGiven = [...body.rows];
    if (asGiven.length < 3) continue;
    const heads = headsOf(table);
    heads.forEach((head, column) => {
      const made = document.createElement("button");
      made.type = "button";
      made.append(...head.childNodes);
      head.append(made);
      made.addEventListener("click", () => {
        const before = head.ariaSort;
        const order = before === null ? "ascending" : before === "ascending" ? "descending" : null;
        for (const one of heads) one.ariaSort = null;
        head.ariaSort = order;
        const rows = order === null ? asGiven : sorted(asGiven, column, order === "ascending" ? 1 : -1);
        body.append(...rows);
        const name = made.textContent;
        announce(order === null ? "In the order of the report." : `Sorted by ${name}, ${order}.`);
      });
    });
  }
}

/** Sorts rows by a cell's first number or text; empty cells come last. */
function sorted(rows: readonly HTMLTableRowElement[], column: number, sign: 1 | -1): HTMLTableRowElement[] {
  const keyed = rows.map((row) => {
    const cell = row.cells[column];
    return { row, text: textOf(cell), number: numbersOf(cell)[0] };
  });
  keyed.sort((a, b) => {
    if ((a.text === "") !== (b.text === "")) return a.text === "" ? 1 : -1;
    const [x, y] = [a.number, b.number];
    const numbers =
      x === undefined || y === undefined ? Number(y !== undefined) - Number(x !== undefined) : x - y;
    return sign * (numbers || (x === undefined ? a.text.localeCompare(b.text, "en", { numeric: true }) : 0));
  });
  return keyed.map(({ row }) => row);
}

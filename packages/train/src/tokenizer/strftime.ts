const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** A date in Python's words, in English whatever the locale, as chat templates ask for it. Unknown codes stay. */
export function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = DAYS[date.getDay()]!;
  const month = MONTHS[date.getMonth()]!;
  const codes: Readonly<Record<string, string>> = {
    Y: String(date.getFullYear()),
    y: two(date.getFullYear() % 100),
    m: two(date.getMonth() + 1),
    d: two(date.getDate()),
    "-d": String(date.getDate()),
    e: String(date.getDate()).padStart(2, " "),
    A: day,
    a: day.slice(0, 3),
    B: month,
    b: month.slice(0, 3),
    H: two(date.getHours()),
    I: two(date.getHours() % 12 || 12),
    M: two(date.getMinutes()),
    S: two(date.getSeconds()),
    p: date.getHours() < 12 ? "AM" : "PM",
    "%": "%",
  };
  return format.replace(/%(-d|[a-zA-Z%])/g, (all, code: string) => codes[code] ?? all);
}

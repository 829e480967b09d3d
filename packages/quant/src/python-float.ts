/** A finite float64 as Python's repr() and json.dumps() write it: the digits are JavaScript's, the form is not. */
export function pythonFloat(value: number): string {
  const [digits, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = Object.is(value, -0) ? "-0" : String(value); // no exponent here in JavaScript either
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

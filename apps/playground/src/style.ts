/** What this page has beside the report's style sheet: its form. */
export const style = `
.hero { padding-block: 1.5rem 0; }
.hero h1 { max-width: 24ch; }
main > section + form, main > section + section.now, .failure + form { border: 0; margin-top: 1rem; }
main > section.now { border-top: 0; padding-top: .5rem; margin-top: 0; }
body > #app { max-width: none; padding: 0; }
#app > * { max-width: 69rem; margin-inline: auto; padding-inline: 2rem; }
#app > header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-block: 1.25rem 1rem; color: var(--soft); font-size: .875rem; }
#app > header p { margin: 0; }
#app > header .brand { color: var(--ink); font-weight: 650; letter-spacing: -.01em; }
#app > header .brand a { text-decoration: none; }
#app > header nav { margin-left: auto; }
#app > footer { padding-block: 1.5rem 3rem; margin-top: 3rem; color: var(--soft); font-size: .8125rem; }
main > div > section { padding-block: 2.5rem 0; }
main > div > section + section { border-top: 1px solid var(--rule); margin-top: 2.5rem; }
main > div > .verdict { padding-top: 1.5rem; }
main > div > #downloads { margin-top: 2rem; padding-top: 1.5rem; }
form { max-width: 52rem; }
fieldset { border: 0; border-top: 1px solid var(--rule); margin: 1.5rem 0 0; padding: 1rem 0 0; min-width: 0; }
legend { float: left; width: 100%; font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; padding: 0; margin-bottom: .75rem; }
legend + * { clear: both; }
.choices { display: grid; gap: .5rem; }
.choice { display: grid; grid-template-columns: 1.5rem 1fr; align-items: baseline; cursor: pointer; }
.choice small, .field small { color: var(--soft); font-size: .8125rem; }
.choice small { display: block; }
input[type=radio], input[type=checkbox], progress { accent-color: var(--accent); }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem 1.5rem; margin-top: .5rem; }
.field { display: grid; gap: .25rem; align-content: start; font-size: .875rem; font-weight: 550; }
.field small { font-weight: 400; }
.field.wide { margin-top: .75rem; max-width: 24rem; }
input[type=text], select { font: inherit; font-size: 1rem; font-weight: 400; color: var(--ink); background: var(--paper); border: 1px solid var(--mark); border-radius: 4px; padding: .375rem .5rem; width: 100%; min-width: 0; }
input[aria-invalid=true] { border-color: var(--warn); outline: 1px solid var(--warn); }
.drop { margin-top: .75rem; padding: 1rem; border: 1px dashed var(--mark); border-radius: 6px; color: var(--soft); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.drop.over { border-color: var(--accent); background: var(--tint); }
.drop strong { color: var(--ink); }
.pick { position: relative; color: var(--ink); border: 1px solid var(--rule); border-radius: 4px; padding: .375rem .625rem; cursor: pointer; overflow: hidden; }
.pick input { position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0; }
.pick:focus-within { outline: 2px solid var(--accent); outline-offset: 3px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-top: 1.25rem; }
.actions button { font-size: .9375rem; padding: .5625rem .875rem; color: var(--ink); border-color: var(--mark); }
.actions button.main { background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 600; }
.actions button.main:hover { color: var(--paper); filter: brightness(1.08); }
.actions button[aria-disabled=true] { opacity: .6; cursor: default; }
.check { display: flex; gap: .5rem; align-items: baseline; font-size: .875rem; color: var(--soft); }
.failure { margin-top: 1.25rem; padding: .75rem 1rem; border-left: 3px solid var(--warn); background: var(--warn-tint); max-width: 48rem; white-space: pre-wrap; }
.failure p:first-child { margin-top: 0; }
.notice { padding: .75rem 1rem; border-left: 3px solid var(--accent); background: var(--tint); max-width: 44rem; }
.now:focus { outline: none; }
.gradients { max-width: 52rem; }
.notes { margin-top: 2rem; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  #app > * { padding-inline: 1.125rem; }
  #app > header nav { margin-left: 0; width: 100%; }
  .fields { grid-template-columns: 1fr 1fr; }
}
`;

/** The hub is asked for a model where its id is given, and for nothing else; nobody is sent anything. */
const HUB = "https://huggingface.co https://*.huggingface.co https://*.hf.co";

/** Scripts, styles and data of this page alone. The worker is made from a `blob:`, so that this binds it as well. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  `connect-src 'self' ${HUB}`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export const indexHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="Compare LoRA ranks on your own data in a browser tab. Nothing leaves it.">
    <title id="title">Playground: which LoRA rank does your data need?</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <div id="app"></div>
    <noscript><p>This page trains models in your browser, for which it needs JavaScript.</p></noscript>
    <script type="module" src="page.js"></script>
  </body>
</html>
`;

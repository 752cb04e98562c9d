import { createHash } from 'node:crypto'

export const RECEIPT_STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #111 }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: .15rem 1rem; margin: 0 }
dt { color: #444 }
dd { margin: 0; overflow-wrap: anywhere }
code, pre { font: 12px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; margin: 0 }
section { break-inside: avoid }
ol, ul { padding-left: 1.25rem }
@media print { body { max-width: none; margin: 0; font-size: 10pt } h2 { break-after: avoid } }
@page { margin: 18mm }
`

/** Nothing is loaded, run, framed or sent. */
export const RECEIPT_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(RECEIPT_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

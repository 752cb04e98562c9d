/** Text that is HTML already, and safe. */
export type Html = { readonly html: string }

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** HTML of a template: whatever is put in is text, unless it is HTML itself. A list is put in one after the other. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | null | Html | readonly Html[])[]
): Html {
  const [first = '', ...rest] = parts
  return { html: rest.reduce((text, part, at) => text + renderValue(values[at] ?? null) + part, first) }
}

function renderValue(value: string | number | null | Html | readonly Html[]): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

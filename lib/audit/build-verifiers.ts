// The verifiers that go into each bundle, each one file: the product's own sources one after the other without their
// types, so that whoever receives one can read it.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

const HERE = import.meta.dirname
/** What a browser has in the place of what is node's. */
export const IN_PAGE: Readonly<Record<string, string>> = { 'sha256.ts': 'sha256-page.ts' }

const LOCAL_IMPORT = /^import\s+(type\s+)?(?:[\w*{][^'"]*?\s+from\s+)?'\.\/([\w-]+\.ts)'\n/gm
const NODE_IMPORT = /^import \{([^}]*)\} from '(node:[\w/]+)'\n/gm
const ABOUT_TYPES = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=(?:export )?type )/gm

/** Writes verify.mjs and verify.html into the folder. */
export function writeVerifiers(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'verify.mjs'), renderNodeVerifier())
  writeFileSync(join(folder, 'verify.html'), renderPageVerifier())
}

export function renderNodeVerifier(): string {
  return joinSources('verify-cli.ts', {})
}

export function renderPageVerifier(): string {
  const html = readFileSync(join(HERE, 'verify-page.html'), 'utf8')
  const script = `\n${joinSources('verify-page.ts', IN_PAGE).replace(/^export /gm, '')}`
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(html) ?? []
  const policy = [
    "default-src 'none'",
    `script-src '${policyHash(script)}'`,
    `style-src '${policyHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ]
  // By function: a text put in would have its dollar signs read as orders.
  return html.replace('POLICY', () => policy.join('; ')).replace('\nSCRIPT', () => script)
}

/** A source and all it imports of ours in one module, what is imported first; what the first one offers it offers too. */
export function joinSources(entry: string, swapped: Readonly<Record<string, string>>): string {
  const parts: string[] = []
  const seen = new Set<string>()
  const ofNode = new Map<string, Set<string>>()
  const add = (name: string): void => {
    const file = swapped[name] ?? name
    if (seen.has(file)) return
    seen.add(file)
    const source = readFileSync(join(HERE, file), 'utf8')
    for (const [, kind, imported = ''] of source.matchAll(LOCAL_IMPORT)) if (kind === undefined) add(imported)
    for (const [, names = '', module = ''] of source.matchAll(NODE_IMPORT))
      ofNode.set(
        module,
        new Set([...(ofNode.get(module) ?? []), ...names.split(',').map((each) => each.trim())]),
      )
    const script = dropTypes(
      source.replace(LOCAL_IMPORT, '').replace(NODE_IMPORT, '').replace(ABOUT_TYPES, ''),
    )
    parts.push(file === entry ? script : script.replace(/^export /gm, ''))
  }
  add(entry)
  const imports = [...ofNode].map(
    ([module, names]) => `import { ${[...names].join(', ')} } from '${module}'\n`,
  )
  return [...(imports.length > 0 ? [imports.join('')] : []), ...parts].join('\n')
}

/** What stands after a type and needs no space before it. */
const CLOSES = /^[),;(\].\n]/

/** Node leaves a space for each character of a type: they go with it. */
function dropTypes(source: string): string {
  const stripped = stripTypeScriptTypes(source)
  const script = stripped.replace(/ {2,}/g, (gap, at: number) => {
    if (source.slice(at, at + gap.length) === gap) return gap
    return CLOSES.test(stripped.slice(at + gap.length)) ? '' : ' '
  })
  // What is said to a linter is nobody else's.
  const lines = script.split('\n').filter((line) => !line.includes('biome-ignore'))
  return `${lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

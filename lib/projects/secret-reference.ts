import { readFileSync } from 'node:fs'
import { findVariable } from '../env.ts'
import type { SealBinding, SecretBox } from '../keys/seal.ts'

/** Where a secret is: in a variable, in a file (absolute path), or here, sealed. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly sealed: string }

export type SecretReferences = Readonly<Record<string, SecretReference>>

/** What is read by reference: the process's variables and the machine's files. */
export type SecretSources = {
  readonly findVariable: (name: string) => string | undefined
  /** Null when it cannot be read. */
  readonly findFile: (path: string) => string | null
}

export const SECRET_SOURCES: SecretSources = {
  findVariable,
  findFile: (path) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  },
}

/** Each sealed value is bound to its row; all of a row stand in its column `secrets`. */
export function bindSecret(table: SecretTable, rowId: string): SealBinding {
  return { table, column: 'secrets', rowId }
}

/** Tables with a column `secrets`. */
export type SecretTable =
  | 'projects'
  | 'storage_targets'
  | 'certificates'
  | 'sign_ins'
  | 'webhooks'
  | 'changes'

/** Reads the column `secrets` of a row: names to references. What has another form is left out. */
export function parseSecretReferences(column: unknown): SecretReferences {
  if (typeof column !== 'object' || column === null) return {}
  const references: Record<string, SecretReference> = {}
  for (const [name, value] of Object.entries(column)) {
    const reference = parseSecretReference(value)
    if (reference !== null) references[name] = reference
  }
  return references
}

function parseSecretReference(value: unknown): SecretReference | null {
  if (typeof value !== 'object' || value === null) return null
  if ('env' in value && typeof value.env === 'string') return { env: value.env }
  if ('file' in value && typeof value.file === 'string') return { file: value.file }
  if ('sealed' in value && typeof value.sealed === 'string') return { sealed: value.sealed }
  return null
}

/**
 * The secret itself. A line break at its end is how files end and not part of it.
 * Throws an Error that says where it should have been, and nothing of it.
 */
export function openSecret(reference: SecretReference, secrets: SecretBox, binding: SealBinding): string {
  if ('sealed' in reference) return secrets.open(reference.sealed, binding)
  const text = readReferenced(reference, SECRET_SOURCES)
  if (text === null) throw new Error(`${describeReference(reference)} cannot be read or is empty`)
  return text
}

/** Null when there is nothing there. */
export function readReferenced(
  reference: { readonly env: string } | { readonly file: string },
  sources: SecretSources,
): string | null {
  const text = 'env' in reference ? sources.findVariable(reference.env) : sources.findFile(reference.file)
  const trimmed = (text ?? '').replace(/[\r\n]+$/, '')
  return trimmed === '' ? null : trimmed
}

/** For people and the log: where it is, never what it is. */
export function describeReference(reference: SecretReference): string {
  if ('env' in reference) return `the variable ${reference.env}`
  return 'file' in reference ? `the file ${reference.file}` : 'sealed in the database'
}

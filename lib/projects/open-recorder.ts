import { AppError } from '../errors.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { createRecorder, type Recorder, type RecorderSettings } from '../vonage/client.ts'
import { bindSecret, openSecret, parseSecretReferences } from './secret-reference.ts'

type ProjectRow = {
  readonly id: string
  readonly kind: string
  readonly recorderKey: string
  readonly apiUrl: string
  readonly secrets: unknown
}

/** The recorder of a project. Its secret is read at the first call, and a missing one is that call's failure. */
export function openRecorder(row: ProjectRow, secrets: SecretBox, outgoing: Outgoing): Recorder {
  let opened: Recorder | null = null
  const open = (): Recorder => {
    opened ??= createRecorder(readSettings(row, secrets), outgoing)
    return opened
  }
  return {
    listArchives: async (query, signal) => open().listArchives(query, signal),
    getArchive: async (archiveId, signal) => open().getArchive(archiveId, signal),
  }
}

function readSettings(row: ProjectRow, secrets: SecretBox): RecorderSettings {
  const { apiUrl, recorderKey } = row
  if (row.kind === 'vonage') {
    const privateKeyPem = readSecret('privateKey', row, secrets)
    return { kind: 'vonage', apiUrl, applicationId: recorderKey, privateKeyPem }
  }
  return { kind: 'opentok', apiUrl, apiKey: recorderKey, apiSecret: readSecret('apiSecret', row, secrets) }
}

function readSecret(name: string, row: ProjectRow, secrets: SecretBox): string {
  const reference = parseSecretReferences(row.secrets)[name]
  try {
    if (reference !== undefined) return openSecret(reference, secrets, bindSecret('projects', row.id))
  } catch (cause) {
    throw unreadable(name, cause)
  }
  throw unreadable(name, undefined)
}

function unreadable(name: string, cause: unknown): AppError {
  const said = cause instanceof Error ? `: ${cause.message}` : ''
  return new AppError('recorder-forbidden', `The project’s ${name} cannot be read${said}.`, { cause })
}

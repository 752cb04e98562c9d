import { AppError } from '../errors.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { createAzureStore } from '../storage/azure.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import { createS3Store } from '../storage/s3.ts'
import { bindSecret, openSecret, parseSecretReferences } from './secret-reference.ts'
import { parseStorageSettings, storageLabel } from './storage-settings.ts'

type TargetRow = {
  readonly id: string
  readonly kind: string
  readonly settings: unknown
  readonly secrets: unknown
}

/** The store of a storage target. Its keys are read at the first call, and missing ones are that call's failure. */
export function openStore(row: TargetRow, secrets: SecretBox, outgoing: Outgoing): ObjectStore {
  const settings = parseStorageSettings(row.kind, row.settings)
  let opened: ObjectStore | null = null
  const open = (): ObjectStore => {
    opened ??= createStore(row, secrets, outgoing)
    return opened
  }
  return {
    label: settings === null ? row.kind : storageLabel(settings),
    stat: async (key, signal) => open().stat(key, signal),
    async *read(key, range, pin, signal) {
      yield* open().read(key, range, pin, signal)
    },
  } satisfies ObjectStore
}

function createStore(row: TargetRow, secrets: SecretBox, outgoing: Outgoing): ObjectStore {
  const settings = parseStorageSettings(row.kind, row.settings)
  if (settings === null) {
    throw new AppError('storage-forbidden', 'The settings of the storage target cannot be read.')
  }
  if (settings.kind === 's3') {
    const secretAccessKey = readSecret('secretAccessKey', row, secrets)
    return createS3Store({ ...settings, secretAccessKey }, outgoing)
  }
  return createAzureStore({ ...settings, accountKey: readSecret('accountKey', row, secrets) }, outgoing)
}

/** Null when the target has none: then the SDK's default chain finds credentials. */
function readSecret(name: string, row: TargetRow, secrets: SecretBox): string | null {
  const reference = parseSecretReferences(row.secrets)[name]
  if (reference === undefined) return null
  try {
    return openSecret(reference, secrets, bindSecret('storage_targets', row.id))
  } catch (cause) {
    const said = cause instanceof Error ? `: ${cause.message}` : ''
    throw new AppError('storage-forbidden', `The storage target’s ${name} cannot be read${said}.`, { cause })
  }
}

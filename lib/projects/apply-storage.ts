import { newUuid } from '../uuid.ts'
import type { Applying } from './applying.ts'
import { findChanged } from './find-changed.ts'
import type { GivenStorage } from './parse-projects-file.ts'
import { describeSecrets, sealSecrets } from './seal-secrets.ts'
import { parseSecretReferences, type SecretReferences } from './secret-reference.ts'
import {
  parseStorageSettings,
  type StorageSettings,
  storageIdentity,
  storageLabel,
} from './storage-settings.ts'

type Kept = {
  readonly id: string
  readonly position: number
  readonly settings: StorageSettings
  readonly secrets: SecretReferences
}

/**
 * Puts a project's storage targets into the file's order, newest first. One is the same when kind, place and name are;
 * what the file leaves out stays, after those it lists: old archives are still there. Answers whether anything changed.
 */
export async function applyStorage(applying: Applying, given: readonly GivenStorage[]): Promise<boolean> {
  const rows = await applying.tx.storageTarget.findMany({
    where: { projectId: applying.project.id },
    orderBy: { position: 'asc' },
  })
  const kept = rows.flatMap(({ id, position, kind, settings, secrets }): Kept[] => {
    const parsed = parseStorageSettings(kind, settings)
    return parsed === null
      ? []
      : [{ id, position, settings: parsed, secrets: parseSecretReferences(secrets) }]
  })
  const find = (settings: StorageSettings) =>
    kept.find((each) => storageIdentity(each.settings) === storageIdentity(settings)) ?? null

  let changed = false
  for (const [position, target] of given.entries()) {
    const did = await applyTarget(applying, { target, position, kept: find(target.settings) })
    changed = did || changed
  }
  const listed = new Set(given.map(({ settings }) => storageIdentity(settings)))
  const left = kept.filter(({ settings }) => !listed.has(storageIdentity(settings)))
  for (const [index, { id, position, settings }] of left.entries()) {
    applying.say(`storage ${storageLabel(settings)}: not in the file, stays`)
    if (position === given.length + index) continue
    await applying.tx.storageTarget.update({ where: { id }, data: { position: given.length + index } })
    changed = true
  }
  return changed
}

type Step = { readonly target: GivenStorage; readonly position: number; readonly kept: Kept | null }

async function applyTarget({ tx, box, project, record, say }: Applying, step: Step): Promise<boolean> {
  const { target, position, kept } = step
  const id = kept?.id ?? newUuid()
  const sealed = sealSecrets(
    target.secrets,
    { table: 'storage_targets', rowId: id, kept: kept?.secrets ?? {} },
    box,
  )
  const { kind, ...settings } = target.settings
  const label = storageLabel(target.settings)
  const after = { ...settings, position }
  const before = kept && withoutKind({ ...kept.settings, position: kept.position })
  const changed = [...findChanged<object>(before, after), ...(sealed.changed ? ['secrets'] : [])]
  if (kept === null) {
    await tx.storageTarget.create({
      data: { id, projectId: project.id, kind, position, settings, secrets: sealed.secrets },
    })
    say(`storage ${label}: added`)
  } else {
    if (changed.length === 0) return false
    await tx.storageTarget.update({ where: { id }, data: { position, settings, secrets: sealed.secrets } })
    say(`storage ${label}: changed: ${changed.join(', ')}`)
  }
  await record({
    action: 'storage.changed',
    target: { kind: 'storage-target', id },
    ...(kept === null ? {} : { before: { kind, ...before, secrets: describeSecrets(kept.secrets) } }),
    after: { kind, ...after, secrets: describeSecrets(sealed.secrets), secretsChanged: sealed.changed },
  })
  return true
}

function withoutKind<T extends { readonly kind: string }>({ kind: _kind, ...rest }: T): Omit<T, 'kind'> {
  return rest
}

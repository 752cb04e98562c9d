import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import { applyCertificates } from './apply-certificates.ts'
import { applyRules } from './apply-rules.ts'
import { applyStorage } from './apply-storage.ts'
import type { Applying } from './applying.ts'
import { parseSummary } from './change.ts'
import { type ChangePayload, isSamePayload, openPayload, type Rules } from './change-payload.ts'
import { lapseChange } from './lapse-change.ts'
import type { GivenProject } from './parse-projects-file.ts'
import { proposeChange } from './propose-change.ts'
import { rehearse } from './rehearse.ts'

/** What a file says of a project that may need a second administrator. */
export type Guarded = Pick<GivenProject, 'storage' | 'certificates'> & {
  /** The rules it gives, whether they change anything or not. */
  readonly rules: Rules
  /** Those of them that need one. */
  readonly relaxed: Rules
}

type Waiting = {
  readonly id: string
  readonly kind: string
  readonly payload: ChangePayload | null
  readonly lines: readonly string[]
}

type Wanted = { readonly payload: ChangePayload; readonly lines: readonly string[] }

/**
 * Proposes what a file would change of storage, certificates and rules, and changes nothing. The same file again proposes
 * nothing more while it waits; a newer one replaces what an older one proposed.
 */
export async function proposeGuarded(applying: Applying, given: Guarded): Promise<void> {
  const waiting = await lockWaiting(applying)
  const { rules, relaxed, storage, certificates } = given
  const pending = waiting.find(({ kind }) => kind === 'rules')?.payload
  const isAboutPending =
    pending?.kind === 'rules' && Object.keys(pending.rules).some((name) => Object.hasOwn(rules, name))
  if (isAboutPending || Object.keys(relaxed).length > 0) {
    const wanted = await plan(applying, { kind: 'rules', rules: relaxed })
    await settle(applying, waiting, { kind: 'rules', wanted })
  }
  if (storage !== undefined) {
    const plain = storage.map(({ settings, secrets }) => ({ settings, secrets: { ...secrets } }))
    const wanted = await plan(applying, { kind: 'storage', storage: plain })
    await settle(applying, waiting, { kind: 'storage', wanted })
  }
  if (certificates !== undefined) {
    const plain = certificates.map(({ secrets, ...rest }) => ({ ...rest, secrets: { ...secrets } }))
    const wanted = await plan(applying, { kind: 'certificates', certificates: plain })
    await settle(applying, waiting, { kind: 'certificates', wanted })
  }
}

/** What was proposed by a file, and is overtaken by one that was applied at once. */
export async function withdrawOvertaken(applying: Applying, given: Guarded): Promise<void> {
  for (const change of await lockWaiting(applying)) {
    const { payload } = change
    const isOvertaken =
      payload === null ||
      (payload.kind === 'storage' && given.storage !== undefined) ||
      (payload.kind === 'certificates' && given.certificates !== undefined) ||
      (payload.kind === 'rules' &&
        Object.keys(payload.rules).some((name) => Object.hasOwn(given.rules, name)))
    if (isOvertaken) await withdraw(applying, change)
  }
}

/** Null when it would change nothing. */
async function plan(applying: Applying, payload: ChangePayload): Promise<Wanted | null> {
  const { result, lines } = await rehearse(applying, async (rehearsing) => {
    if (payload.kind === 'storage') return applyStorage(rehearsing, payload.storage)
    if (payload.kind === 'certificates') return applyCertificates(rehearsing, payload.certificates)
    return payload.kind === 'rules' && applyRules(rehearsing, payload.rules)
  })
  return result ? { payload, lines } : null
}

type Part = { readonly kind: ChangePayload['kind']; readonly wanted: Wanted | null }

async function settle(
  applying: Applying,
  waiting: readonly Waiting[],
  { kind, wanted }: Part,
): Promise<void> {
  const older = waiting.filter((change) => change.kind === kind)
  const same = older.find((change) => wanted !== null && asksForTheSame(change, wanted))
  for (const change of older) if (change !== same) await withdraw(applying, change)
  if (wanted === null) return
  const { payload, lines } = wanted
  for (const line of lines)
    applying.say(sayWaiting(line, same === undefined ? 'proposed' : 'proposed already'))
  if (same !== undefined) return
  const summary = { lines, forAll: false, webhookId: null }
  await proposeChange(applying, { payload, summary, proposedBy: null })
}

async function withdraw(applying: Applying, { id, kind }: Waiting): Promise<void> {
  const change = { id, kind, proposedBy: null, forAll: false }
  await lapseChange(applying, change, 'a newer projects file says otherwise')
  applying.say(`${kind}: what was proposed before is withdrawn`)
}

function asksForTheSame({ payload, lines }: Waiting, wanted: Wanted): boolean {
  return (
    payload !== null && isSamePayload(payload, wanted.payload) && lines.join('\n') === wanted.lines.join('\n')
  )
}

function sayWaiting(line: string, how: string): string {
  return line.includes('not in the file') ? line : `${line}: ${how}, waits for an administrator`
}

/** The changes of a project that wait and were proposed by a file, locked. */
async function lockWaiting({ tx, box, project }: Applying): Promise<Waiting[]> {
  const rows = await tx.$queryRaw<{ id: string; kind: string; summary: unknown; secrets: unknown }[]>`
    SELECT id, kind, summary, secrets FROM changes
    WHERE project_id = ${project.id}::uuid AND proposed_by IS NULL AND decision IS NULL
      AND proposed_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY id FOR UPDATE`
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind },
    payload: openPayload(box, row),
    lines: parseSummary(row.summary).lines,
  }))
}

import type { Prisma, PrismaClient } from '../../prisma/client/client.ts'
import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import { lockFourEyes } from '../access/giving/lock-four-eyes.ts'
import { FileFaults } from '../apply/file-faults.ts'
import { recordEvent } from '../audit/record.ts'
import type { SecretBox } from '../keys/seal.ts'
import { newUuid } from '../uuid.ts'
import { applyCertificates } from './apply-certificates.ts'
import { type Guarded, proposeGuarded, withdrawOvertaken } from './apply-guarded.ts'
import { findRelaxed, noteOlderWaits } from './apply-rules.ts'
import { applyStorage } from './apply-storage.ts'
import type { Applying } from './applying.ts'
import type { Rules } from './change-payload.ts'
import { findChanged } from './find-changed.ts'
import type { GivenProject } from './parse-projects-file.ts'
import { DEFAULT_REASONS, parseReasons } from './reasons.ts'
import { describeSecrets, sealSecrets } from './seal-secrets.ts'
import { parseSecretReferences } from './secret-reference.ts'

export type ApplyMeans = { readonly db: PrismaClient; readonly secrets: SecretBox }

/** Who is on record for what a file brings about. */
export const FILE_SERVICE = 'projects apply'
const DEFAULT_CONCURRENT_VIEWINGS = 2
const TRANSACTION_MS = { maxWait: 10_000, timeout: 60_000 }

/**
 * Brings the projects to what a file says, all or none, on record in the same transaction. What the file leaves out stays
 * and is named. Answers what was done, a line each; doing it again changes nothing.
 * @throws {FileFaults} when a name belongs to another project already
 */
export async function applyProjects(means: ApplyMeans, given: readonly GivenProject[]): Promise<string[]> {
  return means.db.$transaction(async (tx) => {
    const lines: string[] = []
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('recordroom projects apply', 0))`
    const before = await tx.project.findMany({
      select: { id: true, kind: true, recorderKey: true, name: true, fourEyes: true },
    })
    refuseTakenNames(given, before)
    if (haveFourEyes(given, before)) await lockFourEyes(tx)
    for (const project of given) lines.push(...(await applyProject(tx, means.secrets, project)))
    for (const { name, ...kept } of before) {
      if (!given.some((project) => isSameRecorder(project, kept)))
        lines.push(`${name}: not in the file, stays`)
    }
    return lines
  }, TRANSACTION_MS)
}

/** Whether a project of the file has four eyes, or is to have them. */
function haveFourEyes(
  given: readonly GivenProject[],
  before: readonly (Omit<Named, 'name'> & { readonly fourEyes: boolean })[],
): boolean {
  return given.some(
    (project) =>
      project.fourEyes === true || before.some((kept) => kept.fourEyes && isSameRecorder(project, kept)),
  )
}

type Named = { readonly kind: string; readonly recorderKey: string; readonly name: string }

function refuseTakenNames(given: readonly GivenProject[], kept: readonly Named[]): void {
  const stays = kept.filter((project) => !given.some((each) => isSameRecorder(each, project)))
  const faults = given.flatMap(({ name }, index) =>
    stays.some((project) => project.name === name)
      ? [`projects[${index}].name: is the name of another project already`]
      : [],
  )
  if (faults.length > 0) throw new FileFaults(faults)
}

function isSameRecorder(a: Omit<Named, 'name'>, b: Omit<Named, 'name'>): boolean {
  return a.kind === b.kind && a.recorderKey === b.recorderKey
}

async function applyProject(
  tx: Prisma.TransactionClient,
  box: SecretBox,
  given: GivenProject,
): Promise<string[]> {
  const lines: string[] = []
  const { kind, recorderKey, name } = given
  // Nobody approves a change of it meanwhile.
  await tx.$queryRaw`
    SELECT id FROM projects WHERE kind = ${kind} AND recorder_key = ${recorderKey} FOR NO KEY UPDATE`
  const kept = await tx.project.findUnique({ where: { kind_recorderKey: { kind, recorderKey } } })
  const rules = rulesOf(given)
  const relaxed = kept?.fourEyes ? findRelaxed(kept, rules) : {}
  const id = kept?.id ?? newUuid()
  const { secrets, changed: secretsChanged } = sealSecrets(
    given.secrets,
    { table: 'projects', rowId: id, kept: parseSecretReferences(kept?.secrets) },
    box,
  )
  const atOnce = without(rules, relaxed)
  const fields = {
    name,
    region: atOnce.region ?? kept?.region ?? null,
    unit: atOnce.unit ?? kept?.unit ?? null,
    environment: given.environment ?? kept?.environment ?? null,
    apiUrl: given.apiUrl,
    reasons: [...(given.reasons ?? (kept === null ? DEFAULT_REASONS : parseReasons(kept.reasons)))],
    concurrentViewings: given.concurrentViewings ?? kept?.concurrentViewings ?? DEFAULT_CONCURRENT_VIEWINGS,
    longestGrantDays: atOnce.longestGrantDays ?? kept?.longestGrantDays ?? null,
    fourEyes: atOnce.fourEyes ?? kept?.fourEyes ?? false,
    playMaxAuthAgeSeconds: atOnce.playMaxAuthAgeSeconds ?? kept?.playMaxAuthAgeSeconds ?? null,
  }
  const before = kept && {
    name: kept.name,
    region: kept.region,
    unit: kept.unit,
    environment: kept.environment,
    apiUrl: kept.apiUrl,
    reasons: parseReasons(kept.reasons),
    concurrentViewings: kept.concurrentViewings,
    longestGrantDays: kept.longestGrantDays,
    fourEyes: kept.fourEyes,
    playMaxAuthAgeSeconds: kept.playMaxAuthAgeSeconds,
  }
  const applying: Applying = {
    tx,
    box,
    project: { id, name, region: fields.region },
    record: async (event) => {
      await recordEvent(tx, {
        ...event,
        id: newUuid(),
        outcome: 'allowed',
        actor: { kind: 'service', name: FILE_SERVICE },
        projectId: id,
        projectName: name,
        ...(fields.region === null ? {} : { region: fields.region }),
      })
    },
    say: (line) => lines.push(`${name}: ${line}`),
  }

  const changedFields = findChanged(before, fields)
  if (before === null) {
    await tx.project.create({ data: { id, kind, recorderKey, ...fields, secrets } })
    applying.say('added')
  } else if (changedFields.length > 0 || secretsChanged) {
    await tx.project.update({ where: { id }, data: { ...fields, secrets } })
    applying.say(`changed: ${[...changedFields, ...(secretsChanged ? ['secrets'] : [])].join(', ')}`)
  }
  if (before === null || changedFields.length > 0 || secretsChanged) {
    await applying.record({
      action: 'project.changed',
      target: { kind: 'project', id },
      ...(before === null
        ? {}
        : { before: { ...before, secrets: describeSecrets(parseSecretReferences(kept?.secrets)) } }),
      after: { kind, recorderKey, ...fields, secrets: describeSecrets(secrets), secretsChanged },
    })
    const begun = await noteOlderWaits(applying)
    if (begun > 0)
      applying.say(
        `grants that wait ${DECIDE_WITHIN_HOURS} hours for a second administrator from now on: ${begun}`,
      )
  }

  await applyParts(applying, { ...given, rules, relaxed }, kept)
  if (!lines.some((line) => !line.includes('not in the file'))) lines.unshift(`${name}: nothing changed`)
  return lines
}

/** Where a project has four eyes, what it has is changed only by two: the file proposes. What it adds itself is its own. */
async function applyParts(
  applying: Applying,
  given: Guarded,
  kept: { readonly fourEyes: boolean } | null,
): Promise<void> {
  const { tx, project } = applying
  if (kept?.fourEyes) return proposeGuarded(applying, given)
  if (kept !== null) await withdrawOvertaken(applying, given)
  const storageChanged = given.storage !== undefined && (await applyStorage(applying, given.storage))
  const ringChanged =
    given.certificates !== undefined && (await applyCertificates(applying, given.certificates))
  // Open projects are held by this time.
  if (storageChanged || ringChanged)
    await tx.project.update({ where: { id: project.id }, data: { updatedAt: new Date() } })
}

function rulesOf(given: GivenProject): Rules {
  const { region, unit, fourEyes, longestGrantDays, playMaxAuthAgeSeconds } = given
  return {
    ...(region !== undefined && { region }),
    ...(unit !== undefined && { unit }),
    ...(fourEyes !== undefined && { fourEyes }),
    ...(longestGrantDays !== undefined && { longestGrantDays }),
    ...(playMaxAuthAgeSeconds !== undefined && { playMaxAuthAgeSeconds }),
  }
}

function without(rules: Rules, left: Rules): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !Object.hasOwn(left, name)))
}

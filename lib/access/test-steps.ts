import { lookUp } from '../archives/look-up.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError, isAppError } from '../errors.ts'
import { findGrantedArchive } from '../viewings/find-archive.ts'
import { approveGrant } from './giving/approve-grant.ts'
import { giveGrant } from './giving/give-grant.ts'
import { revokeGrant } from './giving/revoke-grant.ts'
import { COUNTS, OPENS_ARCHIVE, REACHES_ARCHIVE } from './grants.ts'
import { setPersonState } from './people/set-person-state.ts'
import { parseRoles, setRoles } from './people/set-roles.ts'
import { can, ROLES } from './permissions.ts'
import { askForAccess } from './requests/ask-for-access.ts'
import { decideRequest } from './requests/decide-request.ts'
import { parseApproval, parseDecision } from './requests/parse-decisions.ts'
import { GROUP, type Lane, mailOf } from './test-lane.ts'
import {
  ARCHIVES,
  type ArchiveName,
  type Command,
  type Outcome,
  type PersonName,
  type Reach,
} from './test-model.ts'
import { parseGrant, parseRequest } from './wanted.ts'

// For tests: the commands of the model, done by the product itself.

type Act = Extract<Command, { by: PersonName }>
type Fate = Exclude<Command, { by: PersonName }>

/** Where a sequence has got to. */
type Run = {
  readonly lane: Lane
  readonly startMs: number
  readonly grantIds: string[]
  readonly requestIds: string[]
}

const DAY_MS = 86_400_000
const REASON = 'To compare two accounts of it.'

/** Plays a sequence from the beginning; answers what each command came to. */
export async function play(lane: Lane, commands: readonly Command[]): Promise<Outcome[]> {
  await lane.reset()
  const run: Run = { lane, startMs: Date.now(), grantIds: [], requestIds: [] }
  const outcomes: Outcome[] = []
  for (const command of commands) outcomes.push(await doCommand(run, command))
  return outcomes
}

async function doCommand(run: Run, command: Command): Promise<Outcome> {
  if (!('by' in command)) {
    await comeAbout(run, command)
    return 'allowed'
  }
  try {
    const actor = await run.lane.enter(command.by)
    if (actor === null) throw new AppError('sign-in-expired')
    if (command.act !== 'ask' && !can(actor.roles, 'access:manage')) throw new AppError('forbidden')
    await act(run, actor, command)
    return 'allowed'
  } catch (error) {
    if (!isAppError(error) || error.code === 'audit-unavailable') throw error
    return error.code
  }
}

async function act(run: Run, actor: Actor, command: Act): Promise<void> {
  const { lane, grantIds, requestIds } = run
  const { services, ids } = lane
  switch (command.act) {
    case 'give': {
      const { to, from, maxAgeDays } = command
      const holder = to === 'group' ? { group: GROUP } : { email: mailOf(to) }
      const times = { from: from === 0 ? null : toTime(run, from), notOlderThanDays: maxAgeDays }
      const wanted = parseGrant({ ...toAsked(run, command), ...holder, ...times })
      grantIds.push((await giveGrant(services, actor, wanted)).grantId)
      return
    }
    case 'ask': {
      const asked = await askForAccess(services, actor, parseRequest(toAsked(run, command)))
      requestIds.push(asked.requestId)
      return
    }
    case 'decide': {
      const { which, approve, rights } = command
      const until = command.until === null ? {} : { until: toTime(run, command.until) }
      const word = approve ? '' : 'Not this time.'
      const body = { approve, word, ...until, ...(rights === null ? {} : { rights }) }
      const requestId = requestIds[which] ?? ids.unknown ?? ''
      const { grantId } = await decideRequest(services, actor, { requestId, ...parseDecision(body) })
      if (grantId !== null) grantIds.push(grantId)
      return
    }
    case 'approve':
    case 'refuse': {
      const grantId = grantIds[command.which] ?? ids.unknown ?? ''
      const approval = parseApproval({ approve: command.act === 'approve' })
      await approveGrant(services, actor, { grantId, ...approval })
      return
    }
    case 'revoke':
      return revokeGrant(services, actor, {
        grantId: grantIds[command.which] ?? ids.unknown ?? '',
        word: null,
      })
    case 'roles': {
      const roles = command.roles.map(({ role, project }) =>
        project === null ? role : { role, projects: [project] },
      )
      await setRoles(services, actor, { personId: ids[command.of] ?? '', ...parseRoles({ roles }) })
      return
    }
    case 'disable':
    case 'enable': {
      const personId = ids[command.of] ?? ''
      await setPersonState(services, actor, { personId, disabled: command.act === 'disable', word: REASON })
      // Whoever is let in again signs in again.
      await lane.query('UPDATE sign_ins SET ended_at = NULL WHERE person_id = $1', [personId])
    }
  }
}

async function comeAbout({ lane, grantIds, requestIds }: Run, fate: Fate): Promise<void> {
  if ('of' in fate) {
    const groups = fate.act === 'joins' ? [GROUP] : []
    return lane.query('UPDATE people SET groups = $2 WHERE id = $1', [lane.ids[fate.of], groups])
  }
  const ids = fate.act === 'request lapses' ? requestIds : grantIds
  await lane.query(FATES[fate.act], [ids[fate.which] ?? lane.ids.unknown])
}

/** The clock is moved for one row: its time comes sooner. */
const FATES = {
  'grant ends': `UPDATE grants SET valid_until = valid_from + interval '1 microsecond' WHERE id = $1 AND valid_from <= now()`,
  'grant lapses': `UPDATE grants SET given_at = given_at - interval '73 hours' WHERE id = $1`,
  'request lapses': `UPDATE access_requests SET asked_at = asked_at - interval '73 hours' WHERE id = $1 AND decision IS NULL`,
} as const

type Asked = Pick<Extract<Act, { act: 'ask' }>, 'reach' | 'rights' | 'until'>

function toAsked(run: Run, { reach, rights, until }: Asked): Record<string, unknown> {
  return { ...nameReach(run.lane, reach), rights, until: toTime(run, until), reason: REASON }
}

function nameReach({ ids }: Lane, { kind, of }: Reach): Record<string, string | undefined> {
  if (kind === 'session') return { sessionId: ids[of === 'unknown' ? 'unknownSession' : of] }
  return kind === 'archive' ? { archiveId: ids[of] } : { [kind]: of }
}

function toTime({ startMs }: Run, days: number): string {
  return new Date(startMs + days * DAY_MS).toISOString()
}

/** What everybody may do to every recording, a line each, by the conditions that all queries about grants are made of. */
export async function listAllowed({ services, ids }: Lane): Promise<string[]> {
  const rows = await services.db.$queryRaw<{ personId: string; right: string; archiveId: string }[]>`
    SELECT p.id AS "personId", wanted.right, a.id AS "archiveId"
    FROM people p
    CROSS JOIN archives a
    JOIN projects pr ON pr.id = a.project_id
    CROSS JOIN unnest(${[...ROLES.reviewer]}::text[]) AS wanted ("right")
    WHERE EXISTS (
      SELECT FROM grants g
      WHERE ${COUNTS} AND ${REACHES_ARCHIVE} AND wanted.right = ANY (g.rights)
        AND (wanted.right = 'recording:find' OR ${OPENS_ARCHIVE}))`
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]))
  return rows
    .map(({ personId, right, archiveId }) => `${names.get(personId)} ${right} ${names.get(archiveId)}`)
    .toSorted()
}

/** The same of one person, by the very query that finds recordings for them. */
export async function listFound({ services: { db }, ids }: Lane, who: PersonName): Promise<string[]> {
  const looking = { personId: ids[who] ?? '', right: 'recording:find' } as const
  const sessionIds = Object.values(ARCHIVES).map(({ session }) => ids[session] ?? '')
  const rows = await lookUp(db, looking, { sessionIds, archiveIds: [] })
  return Object.keys(ARCHIVES).flatMap((archive) => {
    const row = rows.find(({ archiveId }) => archiveId === ids[archive])
    if (row === undefined) return []
    const { playUntil, downloadUntil } = row
    return [
      `${who} recording:find ${archive}`,
      ...(playUntil === null ? [] : [`${who} recording:play ${archive}`]),
      ...(downloadUntil === null ? [] : [`${who} recording:download ${archive}`]),
    ]
  })
}

/** Whether somebody may play and download one recording, by the very query that opens it. */
export async function listOpened(
  { services: { db }, ids }: Lane,
  who: PersonName,
  archive: ArchiveName,
): Promise<string[]> {
  const open = async (right: 'recording:play' | 'recording:download'): Promise<string[]> => {
    const granted = await findGrantedArchive(db, ids[who] ?? '', { archiveId: ids[archive] ?? '', right })
    return granted === null ? [] : [`${who} ${right} ${archive}`]
  }
  return [...(await open('recording:play')), ...(await open('recording:download'))]
}

// The ways in which somebody who is watching ceases to be allowed to. Each is done as it is in life: by an administrator
// at the portal's own addresses, or by time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Query } from '../stack/query.ts'
import { ask, type Visitor } from '../stack/visitor.ts'

/** What somebody watches by, and who may end it. */
export type Held = {
  readonly query: Query
  readonly admin: Visitor
  readonly personId: string
  readonly grantId: string
  readonly signInId: string
}

export type Ending = {
  readonly name: string
  /** What the next request is answered with. */
  readonly status: number
  readonly end: (held: Held) => Promise<void>
  /** When that held, by the database's clock. */
  readonly endedAt: (held: Held) => Promise<Date>
  /** Lets them watch again, by a new grant and a new sign-in. */
  readonly mend: (held: Held) => Promise<void>
}

const WORD = 'To see how soon it ends.'
const nothing = async (): Promise<void> => {}

export const ENDINGS: readonly Ending[] = [
  {
    name: 'grant expires',
    status: 410,
    end: async ({ query, grantId }) => {
      await query(`UPDATE grants SET valid_until = now() + interval '1 second' WHERE id = $1`, [grantId])
      await sleep(1_000)
    },
    endedAt: ({ query, grantId }) =>
      askTime(query, 'SELECT valid_until AS at FROM grants WHERE id = $1', [grantId]),
    mend: nothing,
  },
  {
    name: 'grant revoked',
    status: 410,
    end: ({ admin, grantId }) => act(admin, 'DELETE', `/access/grants/${grantId}`),
    endedAt: (held) => askCommitted(held, 'grant.revoked', held.grantId),
    mend: nothing,
  },
  {
    name: 'person disabled',
    status: 401,
    end: (held) => putState(held, true),
    endedAt: (held) => askCommitted(held, 'person.disabled', held.personId),
    mend: (held) => putState(held, false),
  },
  {
    name: 'sign-in ended',
    status: 401,
    end: ({ admin, signInId }) => act(admin, 'DELETE', `/access/sign-ins/${signInId}`),
    endedAt: (held) => askCommitted(held, 'sign-in.ended', held.signInId),
    mend: nothing,
  },
  {
    name: 'role taken',
    status: 410,
    end: (held) => putRoles(held, []),
    endedAt: (held) => askCommitted(held, 'role.changed', held.personId),
    mend: (held) => putRoles(held, ['reviewer']),
  },
]

/** When the act was committed: its own row may say a little sooner. */
function askCommitted({ query }: Held, action: string, id: string): Promise<Date> {
  return askTime(
    query,
    `SELECT pg_xact_commit_timestamp(tx::xid) AS at FROM audit.events
     WHERE action = $1::audit.action AND outcome = 'allowed' AND $2 IN (target_id, grant_id::text)
     ORDER BY id DESC LIMIT 1`,
    [action, id],
  )
}

async function askTime(query: Query, sql: string, values: readonly string[]): Promise<Date> {
  const [row] = await query<{ at: Date | null }>(sql, values)
  if (row?.at == null) throw new Error('What ended has no time.')
  return row.at
}

function putState({ admin, personId }: Held, disabled: boolean): Promise<void> {
  return act(admin, 'PUT', `/access/people/${personId}/state`, { disabled, word: WORD })
}

function putRoles({ admin, personId }: Held, roles: readonly string[]): Promise<void> {
  return act(admin, 'PUT', `/access/people/${personId}/roles`, { roles })
}

async function act(admin: Visitor, method: string, path: string, json?: unknown): Promise<void> {
  const response = await askPatiently(admin, path, { method, ...(json === undefined ? {} : { json }) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} is answered ${response.status} ${text}`)
}

/** On a busy machine the log may not answer in time, and then nothing is done; whoever it matters to asks again. */
async function askPatiently(...request: Parameters<typeof ask>): Promise<Response> {
  const first = await ask(...request)
  return first.status === 503 ? await ask(...request) : first
}

/** Gives somebody a grant to watch by; answers its id. */
export async function giveGrant(admin: Visitor, email: string, project: string): Promise<string> {
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const rights = ['recording:find', 'recording:play']
  const json = { email, project, rights, until, reason: WORD }
  const response = await askPatiently(admin, '/access/grants', { method: 'POST', json })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`No grant is given: ${response.status} ${text}`)
  return parseGiven(text).grantId
}

function parseGiven(text: string): { grantId: string } {
  return JSON.parse(text) as { grantId: string }
}

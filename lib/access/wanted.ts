import { z } from 'zod'
import { parseBody } from '../parse-body.ts'
import { plainText } from '../plain-words.ts'
import { seenCase } from '../seen-case.ts'
import { isSessionId } from '../vonage/session-id.ts'
import { moment } from './moment.ts'
import { type Right, ROLES } from './permissions.ts'

/** Where somebody wants a grant to reach, as they name it. */
export type WantedReach =
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'region'; readonly name: string }
  | { readonly kind: 'unit'; readonly name: string }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'archive'; readonly archiveId: string }

/** A grant as it is asked for. */
export type Wanted = {
  readonly reach: WantedReach
  /** In the order of ROLES; playing and downloading include finding. */
  readonly rights: readonly Right[]
  readonly until: Date
  readonly reason: string
  readonly caseReference: string | null
}

/** A grant as it is given. */
export type WantedGrant = Wanted & {
  readonly to:
    | { readonly kind: 'person'; readonly email: string }
    | { readonly kind: 'group'; readonly name: string }
  readonly maxAgeDays: number | null
  /** Null: now. */
  readonly from: Date | null
}

const NAME = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters')
/** As the provider's groups are read: what cannot be seen would make a name that is nobody's look like another. */
const GROUP = NAME.refine((name) => !/\p{C}/u.test(name), 'must not hold characters that cannot be seen')
const REACHES = ['project', 'region', 'unit', 'sessionId', 'archiveId'] as const

const wanted = {
  project: NAME.optional(),
  region: NAME.optional(),
  unit: NAME.optional(),
  sessionId: z.string().trim().refine(isSessionId, 'must be a session ID').optional(),
  archiveId: z
    .guid('must be an archive ID')
    .transform((id) => id.toLowerCase())
    .optional(),
  rights: z.array(z.enum(ROLES.reviewer)).min(1, 'must hold one right at least').max(20),
  until: moment,
  // Judged in words once it is known who asks.
  reason: z.string().max(10_000, 'must have 2,000 characters or fewer').transform(plainText),
  caseReference: z
    .string()
    .trim()
    .max(200, 'must have 200 characters or fewer')
    .transform(seenCase)
    .nullish(),
}

const request = z.strictObject(wanted).superRefine(nameOneReach)

const grant = z
  .strictObject({
    ...wanted,
    // Judged in words once it is known who gives.
    email: z.string().trim().max(320, 'must have 320 characters or fewer').optional(),
    group: GROUP.optional(),
    from: moment.nullish(),
    notOlderThanDays: z
      .int('must be a whole number of days')
      .min(1, 'must be 1 or more')
      .max(36_500, 'must be 36,500 or fewer')
      .nullish(),
  })
  .superRefine(nameOneReach)
  .superRefine(({ email: mail, group }, context) => {
    if ((mail === undefined) === (group === undefined))
      context.addIssue({ code: 'custom', path: ['email'], message: 'name one, email or group' })
  })

/** Reads the body of `POST /access/requests`. Throws `request-invalid`. */
export function parseRequest(body: unknown): Wanted {
  return toWanted(parseBody(body, request))
}

/** Reads the body of `POST /access/grants`. Throws `request-invalid`. */
export function parseGrant(body: unknown): WantedGrant {
  const read = parseBody(body, grant)
  return {
    ...toWanted(read),
    to:
      read.group === undefined
        ? { kind: 'person', email: read.email ?? '' }
        : { kind: 'group', name: read.group },
    maxAgeDays: read.notOlderThanDays ?? null,
    from: read.from ?? null,
  }
}

/**
 * What is named, as a refusal has it on record before it is found: an ID has a form, a name may be anything that somebody
 * typed and the log keeps, so that its kind alone is said.
 */
export function withoutName(reach: WantedReach): Readonly<Record<string, string>> {
  return 'name' in reach ? { kind: reach.kind } : reach
}

/** Nobody plays what they cannot find. */
export function completeRights(rights: readonly string[]): Right[] {
  return ROLES.reviewer.filter((right) => right === 'recording:find' || rights.includes(right))
}

type Read = z.output<typeof request>

function toWanted(read: Read): Wanted {
  const { until, reason, caseReference } = read
  return {
    reach: toReach(read),
    rights: completeRights(read.rights),
    until,
    reason: reason.trim(),
    caseReference: caseReference ?? null,
  }
}

function toReach({ project, region, unit, sessionId, archiveId }: Read): WantedReach {
  if (archiveId !== undefined) return { kind: 'archive', archiveId }
  if (sessionId !== undefined) return { kind: 'session', sessionId }
  if (region !== undefined) return { kind: 'region', name: region }
  if (unit !== undefined) return { kind: 'unit', name: unit }
  return { kind: 'project', name: project ?? '' }
}

function nameOneReach(
  read: { readonly [name in (typeof REACHES)[number]]?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (REACHES.filter((name) => read[name] !== undefined).length === 1) return
  context.addIssue({ code: 'custom', path: ['project'], message: `name one, ${REACHES.join(', ')}` })
}

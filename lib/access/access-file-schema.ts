import { z } from 'zod'
import { parsePart } from '../apply/file-faults.ts'
import { text } from '../apply/file-text.ts'
import { moment } from './moment.ts'
import { isRoleName, ROLES, type RoleName } from './permissions.ts'

/** A role as a file says it: for all projects (null), or for those it names. */
export type FileRole = { readonly role: RoleName; readonly projects: readonly string[] | null }

const ROLE_NAMES = Object.keys(ROLES).filter(isRoleName)

/** RFC 5321 §4.5.3.1.3 leaves room for 254; what the provider says is read up to 320. ASCII: what looks alike is another mail. */
export const email = text(320)
  .regex(z.regexes.html5Email, 'must be a mail address')
  .transform((value) => value.toLowerCase())

const scopedRole = z.strictObject({
  role: z.enum(ROLE_NAMES),
  projects: z.array(text(120)).min(1, 'must name one project at least').max(1000, 'must be 1,000 or fewer'),
})

/** Judged by what is there, so that a fault names the field and not two ways it could have been otherwise. */
export const role = z.unknown().transform((value, context): FileRole => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return parsePart(value, scopedRole, context)
  }
  return { role: parsePart(value, z.enum(ROLE_NAMES), context), projects: null }
})

const person = z.strictObject({ email, roles: z.array(role).max(100, 'must be 100 or fewer') })

const grant = z.strictObject({
  email,
  project: text(120),
  rights: z
    .array(z.enum(ROLES.reviewer))
    .min(1, 'must hold one right at least')
    .max(20, 'must be 20 or fewer'),
  from: moment.optional(),
  until: moment,
  reason: text(2000),
})

/** The form of an access file, field by field; what its parts say together is checked after. */
export const accessFileSchema = z.strictObject({
  people: z.array(person).max(100_000, 'must be 100,000 or fewer').default([]),
  grants: z.array(grant).max(100_000, 'must be 100,000 or fewer').default([]),
})

export type FilePerson = z.output<typeof person>
export type FileGrant = z.output<typeof grant>
export type AccessFile = z.output<typeof accessFileSchema>

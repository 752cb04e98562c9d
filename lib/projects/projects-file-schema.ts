import { z } from 'zod'
import { parsePart } from '../apply/file-faults.ts'
import { text } from '../apply/file-text.ts'

/** A secret as a file says it: where it is, or itself. */
export type FileSecret = string | { readonly env: string } | { readonly file: string }

const address = text(500).refine(isPlainAddress, 'must be an http(s) address without user, query or fragment')

const env = text(200).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
const file = text(1000)

/** Judged by what is there, so that a fault names the field and not three ways it could have been otherwise. */
const secret = secretAs({ env: z.strictObject({ env }), file: z.strictObject({ file }) })

const keyPlace = { passphrase: secret.optional() }
const privateKey = secretAs({
  env: z.strictObject({ env, ...keyPlace }),
  file: z.strictObject({ file, ...keyPlace }),
})

const opentok = z.strictObject({
  kind: z.literal('opentok'),
  apiUrl: address.default('https://api.opentok.com'),
  apiKey: text(64).regex(/^[A-Za-z0-9_-]+$/, 'must be letters and digits, as the recorder says it'),
  apiSecret: secret,
  callbackSecret: secret.optional(),
})

const vonage = z.strictObject({
  kind: z.literal('vonage'),
  apiUrl: address.default('https://video.api.vonage.com'),
  applicationId: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID')
    .transform((value) => value.toLowerCase()),
  privateKey: secret,
  callbackSecret: secret.optional(),
})

const s3 = z
  .strictObject({
    kind: z.literal('s3'),
    bucket: text(255).regex(/^[A-Za-z0-9._-]+$/, 'must be a bucket’s name'),
    region: text(64)
      .regex(/^[a-z0-9-]+$/, 'must be a region, such as eu-central-1')
      .optional(),
    endpoint: address.optional(),
    accessKeyId: text(256).optional(),
    secretAccessKey: secret.optional(),
    roleArn: text(2048).regex(/^arn:/, 'must begin with arn:').optional(),
  })
  .superRefine((target, context) => {
    if (target.region === undefined && target.endpoint === undefined) {
      context.addIssue({ code: 'custom', path: ['region'], message: 'is missing' })
    }
    if ((target.accessKeyId === undefined) === (target.secretAccessKey === undefined)) return
    const path = [target.accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey']
    context.addIssue({ code: 'custom', path, message: 'is missing: both keys are needed, or none' })
  })

const azure = z.strictObject({
  kind: z.literal('azure'),
  accountName: text(255).regex(/^[a-z0-9-]+$/, 'must be a storage account’s name'),
  accountKey: secret.optional(),
  container: text(63).regex(/^(\$root|[a-z0-9][a-z0-9-]*)$/, 'must be a container’s name'),
  domain: text(500)
    .refine(isAzureDomain, 'must be a host suffix, or an http(s) address without user, query or fragment')
    .optional(),
})

const certificate = z.strictObject({ certificate: secret, privateKey })

const reason = z.strictObject({
  code: text(40).regex(/^[a-z0-9][a-z0-9-]*$/, 'must be small letters, digits and hyphens'),
  label: text(120),
  caseRequired: z.boolean().default(false),
})

const project = z.strictObject({
  name: text(120),
  region: text(40).optional(),
  unit: text(120).optional(),
  environment: text(40).optional(),
  recorder: z.discriminatedUnion('kind', [opentok, vonage]),
  storage: z
    .array(z.discriminatedUnion('kind', [s3, azure]))
    .max(100, 'must be 100 or fewer')
    .optional(),
  certificates: z.array(certificate).max(100, 'must be 100 or fewer').optional(),
  reasons: z.array(reason).min(1, 'must hold one reason at least').max(50, 'must be 50 or fewer').optional(),
  concurrentViewings: z
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(100, 'must be 100 or fewer')
    .optional(),
  longestGrantDays: z
    .int('must be a whole number of days')
    .min(1, 'must be 1 or more')
    .max(3660, 'must be 3,660 or fewer')
    .optional(),
  fourEyes: z.boolean('must be true or false').optional(),
  playMaxAuthAge: z
    .int('must be a whole number of seconds')
    .min(60, 'must be 60 or more')
    .max(604_800, 'must be 604,800 or fewer')
    .optional(),
})

/** The form of a projects file, field by field; what its parts say together is checked after. */
export const projectsFileSchema = z.strictObject({
  projects: z.array(project).max(1000, 'must be 1,000 or fewer'),
})

export type FileProject = z.output<typeof project>
export type FileStorage = NonNullable<FileProject['storage']>[number]
export type FileCertificate = z.output<typeof certificate>

type Place = { readonly env: string } | { readonly file: string }

function secretAs<Env extends Place, File extends Place>(places: {
  readonly env: z.ZodType<Env>
  readonly file: z.ZodType<File>
}) {
  return z.unknown().transform((value, context): string | Env | File => {
    if (typeof value === 'string' && value.trim() !== '') return value
    const schema = hasField(value, 'env') ? places.env : hasField(value, 'file') ? places.file : null
    if (schema !== null) return parsePart<Env | File>(value, schema, context)
    context.addIssue({ code: 'custom', message: describeForm(value) })
    return z.NEVER
  })
}

function describeForm(value: unknown): string {
  if (value === undefined) return 'is missing'
  return typeof value === 'string' ? 'must not be empty' : 'must be {"env": name}, {"file": path} or a string'
}

function hasField(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && name in value
}

function isPlainAddress(value: string): boolean {
  const url = URL.parse(value)
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    !/[?#\s]/.test(value)
  )
}

function isAzureDomain(value: string): boolean {
  return /^[a-z0-9.-]+(:\d{1,5})?$/i.test(value) || isPlainAddress(value)
}

import { z } from 'zod'
import type { SecretBox } from '../keys/seal.ts'
import { bindSecret, openSecret, parseSecretReferences } from './secret-reference.ts'

// What is done once a change is approved. Sealed while it waits, because it holds secrets.

const secrets = z.record(
  z.string(),
  z.union([
    z.strictObject({ env: z.string() }),
    z.strictObject({ file: z.string() }),
    z.strictObject({ plain: z.string() }),
  ]),
)

const settings = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('s3'),
    bucket: z.string(),
    region: z.string(),
    endpoint: z.string().nullable(),
    accessKeyId: z.string().nullable(),
    roleArn: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('azure'),
    accountName: z.string(),
    container: z.string(),
    domain: z.string().nullable(),
  }),
])

const certificate = z.strictObject({
  pem: z.string(),
  fingerprint: z.string(),
  notBefore: z.coerce.date(),
  notAfter: z.coerce.date(),
  secrets,
})

const rules = z.strictObject({
  region: z.string().exactOptional(),
  unit: z.string().exactOptional(),
  fourEyes: z.boolean().exactOptional(),
  longestGrantDays: z.int().exactOptional(),
  playMaxAuthAgeSeconds: z.int().exactOptional(),
})

const payload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('storage'), storage: z.array(z.strictObject({ settings, secrets })) }),
  z.strictObject({ kind: z.literal('certificates'), certificates: z.array(certificate) }),
  z.strictObject({ kind: z.literal('rules'), rules }),
  z.strictObject({
    kind: z.literal('log-retention'),
    lines: z.array(z.string()),
    // the rule that was in force
    replaces: z.int().nullable(),
  }),
  z.strictObject({ kind: z.literal('log-hold'), lines: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('log-erasure'), lines: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('webhook'),
    add: z
      .strictObject({
        webhookId: z.string(),
        projectId: z.string().nullable(),
        url: z.string(),
        events: z.array(z.string()),
        signingSecret: z.string(),
        createdBy: z.string(),
      })
      .nullable(),
    remove: z.strictObject({ webhookId: z.string(), url: z.string() }).nullable(),
  }),
])

export type ChangePayload = z.output<typeof payload>
export type Rules = z.output<typeof rules>

/** The column `secrets` of a change. */
export function sealPayload(box: SecretBox, changeId: string, given: ChangePayload) {
  return { payload: { sealed: box.seal(JSON.stringify(given), bindSecret('changes', changeId)) } }
}

/** Null where it cannot be opened any more, or has another form. */
export function openPayload(
  box: SecretBox,
  { id, secrets: column }: { readonly id: string; readonly secrets: unknown },
): ChangePayload | null {
  const reference = parseSecretReferences(column).payload
  if (reference === undefined) return null
  try {
    const read = payload.safeParse(JSON.parse(openSecret(reference, box, bindSecret('changes', id))))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** Whether two payloads ask for the same. */
export function isSamePayload(a: ChangePayload, b: ChangePayload): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: ChangePayload): string {
  return JSON.stringify(payload.parse(JSON.parse(JSON.stringify(value))))
}

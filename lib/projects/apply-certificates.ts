import { newUuid } from '../uuid.ts'
import type { Applying } from './applying.ts'
import type { GivenCertificate } from './parse-projects-file.ts'
import { describeSecrets, sealSecrets } from './seal-secrets.ts'
import { parseSecretReferences, type SecretReferences } from './secret-reference.ts'

type Kept = {
  readonly id: string
  readonly position: number
  readonly fingerprint: string
  readonly secrets: SecretReferences
}

/**
 * Puts a project's certificates into the file's order, newest first. What the file leaves out stays, after those it
 * lists: old archives still need their keys. Answers whether anything changed.
 */
export async function applyCertificates(
  applying: Applying,
  given: readonly GivenCertificate[],
): Promise<boolean> {
  const rows = await applying.tx.certificate.findMany({
    where: { projectId: applying.project.id },
    orderBy: { position: 'asc' },
  })
  const kept = rows.map(({ id, position, fingerprint, secrets }): Kept => {
    return { id, position, fingerprint, secrets: parseSecretReferences(secrets) }
  })

  let changed = false
  for (const [position, certificate] of given.entries()) {
    const same = kept.find(({ fingerprint }) => fingerprint === certificate.fingerprint) ?? null
    const did = await applyCertificate(applying, { certificate, position, kept: same })
    changed = did || changed
  }
  const left = kept.filter((each) => !given.some(({ fingerprint }) => fingerprint === each.fingerprint))
  for (const [index, { id, position, fingerprint }] of left.entries()) {
    applying.say(`certificate ${shorten(fingerprint)}: not in the file, stays`)
    if (position === given.length + index) continue
    await applying.tx.certificate.update({ where: { id }, data: { position: given.length + index } })
    changed = true
  }
  return changed
}

type Step = { readonly certificate: GivenCertificate; readonly position: number; readonly kept: Kept | null }

async function applyCertificate({ tx, box, project, record, say }: Applying, step: Step): Promise<boolean> {
  const { certificate, position, kept } = step
  const { fingerprint, pem, notBefore, notAfter } = certificate
  const id = kept?.id ?? newUuid()
  const sealed = sealSecrets(
    certificate.secrets,
    { table: 'certificates', rowId: id, kept: kept?.secrets ?? {} },
    box,
  )
  if (kept === null) {
    await tx.certificate.create({
      data: {
        id,
        projectId: project.id,
        position,
        fingerprint,
        pem,
        notBefore,
        notAfter,
        secrets: sealed.secrets,
      },
    })
    say(`certificate ${shorten(fingerprint)}: added, good until ${notAfter.toISOString()}`)
  } else {
    const changed = [
      ...(kept.position === position ? [] : ['position']),
      ...(sealed.changed ? ['secrets'] : []),
    ]
    if (changed.length === 0) return false
    await tx.certificate.update({ where: { id }, data: { position, secrets: sealed.secrets } })
    say(`certificate ${shorten(fingerprint)}: changed: ${changed.join(', ')}`)
  }
  await record({
    action: 'certificate.changed',
    target: { kind: 'certificate', id },
    ...(kept === null
      ? {}
      : { before: { fingerprint, position: kept.position, secrets: describeSecrets(kept.secrets) } }),
    after: {
      fingerprint,
      position,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      secrets: describeSecrets(sealed.secrets),
      secretsChanged: sealed.changed,
    },
  })
  return true
}

function shorten(fingerprint: string): string {
  return `${fingerprint.slice(0, 16)}…`
}

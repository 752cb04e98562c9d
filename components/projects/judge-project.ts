import { RECENT_LATE_MS } from '../../lib/archives/staleness.ts'
import type { CertificateCard, ProjectCard } from '../../lib/projects/list-projects.ts'
import { count } from '../words.ts'

export type Verdict = { readonly tone: 'good' | 'warn' | 'bad'; readonly text: string }

/** The recorder refuses tokens of a clock that is further off than its own limit; this is when to act. */
const SKEW_SECONDS = 30
const SOON_DAYS = 60

/** How the catalogue of a project stands, in a word. */
export function judgeCatalogue(catalogue: ProjectCard['catalogue'], now: Date): Verdict {
  if (catalogue.failure !== null) return { tone: 'bad', text: 'recorder not read' }
  if (catalogue.recentReadAt === null) return { tone: 'warn', text: 'not read yet' }
  if (now.getTime() - catalogue.recentReadAt.getTime() > RECENT_LATE_MS)
    return { tone: 'warn', text: 'not read lately' }
  if (catalogue.clockSkewSeconds !== null && Math.abs(catalogue.clockSkewSeconds) >= SKEW_SECONDS)
    return { tone: 'warn', text: 'clock out of step' }
  return { tone: 'good', text: 'recorder read' }
}

/**
 * How long a certificate still serves. New recordings are encrypted with the newest alone; the others only open old
 * ones, which their key does whether the certificate has ended or not.
 */
export function judgeCertificate({ daysLeft }: CertificateCard, isNewest: boolean): Verdict {
  const text = daysLeft < 0 ? `ended ${count(-daysLeft, 'day')} ago` : `${count(daysLeft, 'day')} left`
  if (!isNewest) return { tone: 'good', text: `${text}, opens old archives` }
  if (daysLeft < 0) return { tone: 'bad', text }
  return { tone: daysLeft < SOON_DAYS ? 'warn' : 'good', text }
}

import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ProjectCard as Card, CertificateCard, StorageCard } from '../../lib/projects/list-projects.ts'
import { ChangeButton } from '../access/change-button.tsx'
import { Dim } from '../frame/dim.tsx'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { sayHours } from '../log/say-hours.ts'
import { formatSpan } from '../times.ts'
import { count, ERROR_WORDS } from '../words.ts'
import { judgeCatalogue, judgeCertificate, type Verdict } from './judge-project.ts'

/** A recorder project, what hangs on it, and what is wrong with it. */
export function ProjectCard({ project, now }: { project: Card; now: Date }) {
  const { catalogue } = project
  const state = judgeCatalogue(catalogue, now)
  return (
    <article className="plate" aria-labelledby={`project-${project.id}`}>
      <Group gap="xs" justify="space-between" align="flex-start">
        <Title order={2} id={`project-${project.id}`}>
          {project.name}
        </Title>
        <Tag verdict={state} />
      </Group>
      {catalogue.failure !== null && (
        <div className="notice" data-tone="bad" style={{ marginTop: 8 }}>
          <Text size="sm">
            {catalogue.failure.detail} <Moment at={catalogue.failure.at} />
          </Text>
          <Text size="sm">{ERROR_WORDS[catalogue.failure.code].next}</Text>
        </div>
      )}
      <dl className={classes.facts}>
        <Fact label="Recorder">
          {project.kind === 'vonage' ? 'Vonage Video' : 'OpenTok'}, {project.recorderKey}
          <Dim>{project.apiUrl}</Dim>
        </Fact>
        <Fact label="Belongs to">
          {[project.region, project.unit, project.environment].filter((text) => text !== null).join(' · ') ||
            '–'}
        </Fact>
        <Fact label="Archives">
          {count(project.archives.count, 'archive')}
          {project.archives.newestAt !== null && (
            <Dim>
              newest <Moment at={project.archives.newestAt} />
            </Dim>
          )}
        </Fact>
        <Fact label="Last read">
          {catalogue.recentReadAt === null ? 'never' : <Moment at={catalogue.recentReadAt} />}
          <Dim>
            whole list {catalogue.wholeReadAt === null ? 'never' : <Moment at={catalogue.wholeReadAt} />}
          </Dim>
        </Fact>
        <Fact label="Clock">{sayClock(catalogue)}</Fact>
        <Fact label="Storage">
          <StorageList storage={project.storage} />
        </Fact>
        <Fact label="Certificates">
          <CertificateList certificates={project.certificates} />
        </Fact>
        <Fact label="Reasons">
          {project.reasons
            .map(({ label, caseRequired }) => `${label}${caseRequired ? ' (with a case)' : ''}`)
            .join(', ')}
        </Fact>
        <Fact label="At once">{count(project.concurrentViewings, 'open viewing')} a person</Fact>
        <Fact label="Grants">{count(project.longestGrantDays, 'day')} at most</Fact>
        <Fact label="Four eyes">
          {project.fourEyes
            ? 'every grant, and every change of storage, certificates, webhooks or retention, needs a second administrator'
            : 'off: one administrator is enough'}
        </Fact>
        <Fact label="Day by day">
          {project.daySummary
            ? 'auditors get a summary of each day: refusals, and plays that stand out'
            : 'its days are not summed up for auditors'}
          <Dim>office hours {sayHours(project.officeHours)}</Dim>
          <ChangeButton
            about={`the summary of each day of ${project.name}`}
            change={{
              ...{ address: `/projects/${project.id}/summary`, method: 'PUT' },
              json: { summed: !project.daySummary },
              said: `The days of ${project.name} are ${project.daySummary ? 'no longer summed up' : 'summed up'}.`,
            }}
          >
            {project.daySummary ? 'Switch off' : 'Switch on'}
          </ChangeButton>
        </Fact>
        <Fact label="To play">
          {project.playMaxAuthAgeSeconds === null
            ? 'a sign-in as late as the portal asks for anywhere'
            : `a sign-in of the last ${formatSpan(project.playMaxAuthAgeSeconds)}`}
        </Fact>
      </dl>
    </article>
  )
}

function StorageList({ storage }: { storage: readonly StorageCard[] }) {
  if (storage.length === 0) return <>none: recordings are read from the recorder’s cloud, for 72 hours</>
  return (
    <ul className={classes.list}>
      {storage.map(({ id, label, place, ownKeys }) => (
        <li key={id}>
          <span className="breakable">{label}</span>
          <Dim>
            {place}, {ownKeys ? 'with keys of its own' : 'with the machine’s own identity'}
          </Dim>
        </li>
      ))}
    </ul>
  )
}

function CertificateList({ certificates }: { certificates: readonly CertificateCard[] }) {
  if (certificates.length === 0) return <>none: encrypted recordings cannot be played</>
  return (
    <ul className={classes.list}>
      {certificates.map((certificate, position) => (
        <li key={certificate.fingerprint}>
          <Group gap={6}>
            <Text span size="xs" ff="monospace" title={certificate.fingerprint}>
              {certificate.fingerprint.slice(0, 16)}…
            </Text>
            <Tag verdict={judgeCertificate(certificate, position === 0)} />
          </Group>
          <Dim>
            <Moment at={certificate.notBefore} /> to <Moment at={certificate.notAfter} />
          </Dim>
          <Dim>{count(certificate.openedCount, 'archive')} opened with it so far</Dim>
        </li>
      ))}
    </ul>
  )
}

function Tag({ verdict: { tone, text } }: { verdict: Verdict }) {
  return (
    <span className="tag" data-tone={tone}>
      {text}
    </span>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** A recorder that takes what the portal signs agrees on the time; how far apart they are is told when it does not. */
function sayClock({ clockSkewSeconds: skewSeconds, recentReadAt, failure }: Card['catalogue']): string {
  if (skewSeconds === null) {
    return recentReadAt === null || failure !== null ? 'not compared' : 'accepted by the recorder'
  }
  if (Math.abs(skewSeconds) < 2) return 'in step with the recorder’s'
  return `${count(Math.abs(skewSeconds), 'second')} ${skewSeconds > 0 ? 'behind' : 'ahead of'} the recorder’s`
}

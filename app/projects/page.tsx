import { SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { DoneProvider } from '../../components/access/done.tsx'
import { Plate } from '../../components/frame/plate.tsx'
import { Shell } from '../../components/frame/shell.tsx'
import { RetentionRules } from '../../components/log/retention-rules.tsx'
import { ChangeSection } from '../../components/projects/change-section.tsx'
import { ProjectCard } from '../../components/projects/project-card.tsx'
import { WebhookSection } from '../../components/projects/webhook-section.tsx'
import { projectsFor } from '../../lib/access/permissions.ts'
import { listLogRules } from '../../lib/audit/retention/list-log-rules.ts'
import { requirePagePermission } from '../../lib/auth/require.ts'
import { listChanges } from '../../lib/projects/list-changes.ts'
import { listProjects } from '../../lib/projects/list-projects.ts'
import { services } from '../../lib/services.ts'
import { listWebhooks } from '../../lib/webhooks/list-webhooks.ts'

export const metadata: Metadata = { title: 'Projects' }

export default async function ProjectsPage() {
  const actor = await requirePagePermission('project:manage', '/projects')
  const now = new Date()
  const [projects, changes, webhooks, logRules] = await Promise.all([
    listProjects(services(), actor, { now }),
    listChanges(services(), actor, { now }),
    listWebhooks(services(), actor),
    listLogRules(services(), actor),
  ])
  return (
    <Shell reader={actor} section="projects">
      <DoneProvider>
        <Stack gap="md">
          <Title order={1}>Projects</Title>
          <ChangeSection open={changes.open} decided={changes.decided} />
          {projects.length === 0 ? (
            <Plate title="No projects yet" icon={<IconPlugConnected size={26} stroke={1.5} aria-hidden />}>
              Whoever runs the portal’s server adds them with a file:{' '}
              <code className="breakable">npm run projects -- apply FILE</code>
            </Plate>
          ) : (
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
              {projects.map((project) => (
                <ProjectCard key={project.id} project={project} now={now} />
              ))}
            </SimpleGrid>
          )}
          {projects.length > 0 && (
            <Text size="xs" c="dimmed">
              But for the summary of its days, a project is changed on the server, with{' '}
              <code>npm run projects -- apply FILE</code>.
            </Text>
          )}
          {projects.length > 0 && <RetentionRules rules={logRules} mayChange />}
          {projects.length > 0 && (
            <WebhookSection
              webhooks={webhooks}
              projects={projects.map(({ name }) => name)}
              isForAll={projectsFor(actor.roles, 'project:manage') === 'all'}
            />
          )}
        </Stack>
      </DoneProvider>
    </Shell>
  )
}

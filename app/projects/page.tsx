import { SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { Plate } from '../../components/frame/plate.tsx'
import { Shell } from '../../components/frame/shell.tsx'
import { ProjectCard } from '../../components/projects/project-card.tsx'
import { requirePagePermission } from '../../lib/auth/require.ts'
import { listProjects } from '../../lib/projects/list-projects.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Projects' }

export default async function ProjectsPage() {
  const actor = await requirePagePermission('project:manage', '/projects')
  const now = new Date()
  const projects = await listProjects(services(), actor, { now })
  return (
    <Shell reader={actor} section="projects">
      <Stack gap="sm">
        <Title order={1}>Projects</Title>
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
            Read only. Changed on the server, with <code>npm run projects -- apply FILE</code>.
          </Text>
        )}
      </Stack>
    </Shell>
  )
}

import { noteFailedRead, noteRecentRead } from '../archives/note-reading.ts'
import { readRecentArchives } from '../archives/read-project.ts'
import { forEachProject } from './each-project.ts'
import type { Job } from './job.ts'

const LIMIT_MS = 5 * 60_000

/** Every minute: the newest archives of every project. Screens say what could not be read, and since when. */
export const readRecent: Job = {
  name: 'read-recent',
  everyMs: 60_000,
  async run(services, signal) {
    const { db, log } = services
    const projects = await db.project.findMany({ select: { id: true } })
    await forEachProject(
      services,
      {
        projectIds: projects.map(({ id }) => id),
        limitMs: LIMIT_MS,
        async run(projectId, limited) {
          const brought = await readRecentArchives(services, projectId, limited)
          await noteRecentRead(db, projectId)
          log.debug({ projectId, ...brought }, 'the newest archives were read')
        },
        onFailure: (projectId, error) => noteFailedRead(db, { projectId, error }),
      },
      signal,
    )
  },
}

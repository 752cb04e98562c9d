import { noteWholeRead } from '../archives/note-reading.ts'
import { readWholeList } from '../archives/read-project.ts'
import { forEachProject } from './each-project.ts'
import type { Job } from './job.ts'

const LIMIT_MS = 3 * 60 * 60_000
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** Of the night, UTC. */
const AT_HOUR = 1
const AGAIN_AFTER_MS = 15 * 60_000

/** Every night, and at once for a project that has never been read: the whole list. Looks each minute what is due. */
export function createReadWhole(): Job {
  const failedAt = new Map<string, number>()
  return {
    name: 'read-whole',
    everyMs: 60_000,
    async run(services, signal) {
      const { db, log } = services
      const projects = await db.project.findMany({ select: { id: true, wholeReadAt: true } })
      const now = new Date()
      const waits = (id: string): boolean => now.getTime() - (failedAt.get(id) ?? 0) < AGAIN_AFTER_MS
      const due = projects.filter(({ id, wholeReadAt }) => isWholeDue(wholeReadAt, now) && !waits(id))
      await forEachProject(
        services,
        {
          projectIds: due.map(({ id }) => id),
          limitMs: LIMIT_MS,
          async run(projectId, limited) {
            const brought = await readWholeList(services, projectId, limited)
            await noteWholeRead(db, projectId)
            failedAt.delete(projectId)
            log.info({ projectId, ...brought }, 'the whole list was read')
          },
          async onFailure(projectId) {
            failedAt.set(projectId, Date.now())
          },
        },
        signal,
      )
    },
  }
}

/** Whether a night's reading has begun to be due since the last one. */
export function isWholeDue(wholeReadAt: Date | null, now: Date): boolean {
  if (wholeReadAt === null) return true
  const lastNight = Math.floor((now.getTime() - AT_HOUR * HOUR_MS) / DAY_MS) * DAY_MS + AT_HOUR * HOUR_MS
  return wholeReadAt.getTime() < lastNight
}

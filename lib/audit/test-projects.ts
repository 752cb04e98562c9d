import type { PrismaClient } from '../../prisma/client/client.ts'

/** For tests: projects of which the log can speak, by id. */
export async function addProjects(db: PrismaClient, names: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, name] of Object.entries(names))
    await db.project.create({
      data: {
        id,
        name,
        kind: 'opentok',
        recorderKey: id,
        apiUrl: 'https://a.test',
        secrets: {},
        reasons: [],
      },
    })
}

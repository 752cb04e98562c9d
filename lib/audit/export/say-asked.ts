import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { JsonValue } from '../canonical-json.ts'
import type { LogScope } from '../learn-filter.ts'

/** Where somebody, a case or where from may be typed in full. */
const PERSONAL = ['person', 'case', 'address'] as const

type Asked = {
  readonly asked: Readonly<Record<string, string>>
  readonly isRedacted: boolean
  readonly scope: LogScope
}

/**
 * The filter as the manifest of a bundle says it: besides what was asked for, the projects beyond which its reader may not
 * read. What is personal is withheld where the bundle is redacted.
 */
export async function sayAsked(
  db: Pick<PrismaClient, 'project'>,
  { asked, isRedacted, scope }: Asked,
): Promise<{ readonly [name: string]: JsonValue }> {
  const said: Record<string, JsonValue> = { ...asked }
  if (isRedacted) for (const name of PERSONAL) if (name in said) said[name] = 'withheld'
  if (scope === 'all') return said
  const projects = await db.project.findMany({
    where: { id: { in: [...scope] } },
    orderBy: { name: 'asc' },
    select: { name: true },
  })
  return { ...said, within_projects: projects.map(({ name }) => name) }
}

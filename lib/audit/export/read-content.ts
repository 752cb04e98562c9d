import { Prisma } from '../../../prisma/client/client.ts'
import type { BundleContent } from '../write-bundle.ts'
import type { LogReader } from './open-reader.ts'

const FIELDS = ['actor_name', 'actor_email', 'address', 'user_agent', 'reason', 'case_reference'] as const
type Field = (typeof FIELDS)[number]
type ContentRow = { event_id: string } & Record<Field, string | null> & Record<`${Field}_salt`, Buffer | null>

/** What stands apart from these rows, in their order; rows without anything are left out. */
export async function readContent(reader: LogReader, eventIds: readonly string[]): Promise<BundleContent[]> {
  const rows = await reader.ask<ContentRow>(Prisma.sql`
    SELECT c.* FROM unnest(${eventIds}::uuid[]) WITH ORDINALITY AS k(event_id, place)
    JOIN audit.audit_content c USING (event_id) ORDER BY k.place`)
  return rows.map(toContent).filter(({ fields }) => Object.keys(fields).length > 0)
}

function toContent(row: ContentRow): BundleContent {
  const fields = FIELDS.flatMap((name) => {
    const [value, salt] = [row[name], row[`${name}_salt`]]
    return value === null || salt === null ? [] : [[name, { salt, value }] as const]
  })
  return { eventId: row.event_id, fields: Object.fromEntries(fields) }
}

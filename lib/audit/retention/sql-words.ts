import { Prisma } from '../../../prisma/client/client.ts'
import type { LogScope } from '../learn-filter.ts'

/** Of the projects of a scope; what is of no project is for those who have all. */
export const within = (scope: LogScope, column: string): Prisma.Sql =>
  scope === 'all' ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = ANY(${[...scope]}::uuid[])`

/** Who somebody is, by their id. */
export const nameOf = (column: string): Prisma.Sql =>
  Prisma.raw(
    `coalesce((SELECT coalesce(who.name, who.email) FROM people who WHERE who.id = ${column}), ${column}::text)`,
  )

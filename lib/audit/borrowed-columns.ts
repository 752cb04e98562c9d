import { Prisma } from '../../prisma/client/client.ts'

// Columns of a row `e` of EVENT_TABLES, which where it says nothing itself says what its viewing's opening does.

/** A personal value that was dropped from the log; its row and its hash stand. */
const ERASED = 'erased'

/** Of whoever acted: the row's own, or the opening's where the row names nobody. */
export const whose = (column: string): Prisma.Sql =>
  Prisma.raw(`CASE WHEN e.actor_kind IS NULL THEN o.${column} ELSE e.${column} END`)

/** The same of what stands apart and may be erased. */
export const whosePersonal = (column: string): Prisma.Sql =>
  Prisma.raw(
    `CASE WHEN e.${column}_hash IS NOT NULL THEN coalesce(c.${column}, '${ERASED}')
      WHEN e.actor_kind IS NULL AND o.${column}_hash IS NOT NULL THEN coalesce(oc.${column}, '${ERASED}') END`,
  )

/** What stands apart, of the row alone. */
export const personal = (column: string): Prisma.Sql =>
  Prisma.raw(`CASE WHEN e.${column}_hash IS NOT NULL THEN coalesce(c.${column}, '${ERASED}') END`)

/** Of the recording, which is the opening's. */
export const borrowed = (column: string): Prisma.Sql => Prisma.raw(`coalesce(e.${column}, o.${column})`)

/** A refusal of somebody else's viewing does not borrow its reason. */
const BORROWS_REASON = "NOT coalesce(e.actor_kind IS NOT NULL AND e.outcome = 'refused', false)"

/** Why it was. */
export const why = (column: string): Prisma.Sql =>
  Prisma.raw(`coalesce(e.${column}, CASE WHEN ${BORROWS_REASON} THEN o.${column} END)`)

/** The same of what stands apart. */
export const whyPersonal = (column: string): Prisma.Sql =>
  Prisma.raw(
    `CASE WHEN e.${column}_hash IS NOT NULL THEN coalesce(c.${column}, '${ERASED}')
      WHEN o.${column}_hash IS NOT NULL AND ${BORROWS_REASON} THEN coalesce(oc.${column}, '${ERASED}') END`,
  )

import { Prisma } from '../../../prisma/client/client.ts'

/**
 * To be joined to a row `e`: `place.number` is the block it is sealed in; a row that no block has is joined to nothing.
 * Rows of a series are in the order of (tx, id), and so are its blocks; rows that a series took over from earlier ones
 * were sealed first, in an order of their own. A row that was taken over more than once was sealed by the last.
 */
export const IN_BLOCK = Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT block.number
    FROM (
      SELECT s.number, s.first_id, s.left_over, s.previous_sealed,
        lead(s.first_id) OVER (ORDER BY s.number) AS next_first_id
      FROM audit.series s
    ) series
    CROSS JOIN LATERAL (
      SELECT EXISTS (
        SELECT FROM audit.left_over l WHERE l.series = series.number AND l.tx = e.tx AND l.id = e.id
      ) AS is_left_over
    ) taken
    CROSS JOIN LATERAL (
      SELECT b.number FROM audit.blocks b
      WHERE b.series = series.number AND (b.through_tx, b.through_id) >= (e.tx, e.id) AND b.count > 0
        AND (b.sealed - series.previous_sealed <= series.left_over) = taken.is_left_over
      ORDER BY b.through_tx, b.through_id, b.number LIMIT 1
    ) block
    WHERE taken.is_left_over
      OR (e.id >= series.first_id AND (series.next_first_id IS NULL OR e.id < series.next_first_id))
    ORDER BY series.number DESC LIMIT 1
  ) place`

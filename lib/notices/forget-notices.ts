import type { Services } from '../services.ts'
import { KEPT_DAYS } from './list-notices.ts'

const AT_ONCE = 1_000

/** Deletes notices that are no longer shown: they name people, and what they tell of is on record. Answers how many. */
export async function forgetNotices({ db }: Pick<Services, 'db'>): Promise<number> {
  return db.$executeRaw`
    DELETE FROM notices WHERE id IN (
      SELECT id FROM notices WHERE created_at < now() - make_interval(days => ${KEPT_DAYS}) LIMIT ${AT_ONCE})`
}

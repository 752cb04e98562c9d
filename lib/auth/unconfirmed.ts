import { Prisma } from '../../prisma/client/client.ts'
import { UNCONFIRMED_MINUTES } from './sign-in-times.ts'

/** SQL: whether the identity provider was to confirm sign-in `s` and has not for too long. */
export const IS_UNCONFIRMED = Prisma.sql`(
  s.secrets -> 'refreshToken' IS NOT NULL
  AND coalesce(s.renewed_at, s.started_at) <= now() - make_interval(mins => ${UNCONFIRMED_MINUTES}))`

import type { Role } from '../../lib/access/permissions.ts'

/** Who is looking, as far as the frame shows it. */
export type Reader = {
  readonly name: string | null
  readonly email: string | null
  readonly roles: readonly Role[]
}

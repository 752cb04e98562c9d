import type { AccessLine } from '../../lib/access/lists/access-line.ts'

/** What a person or a group is called: by what is known of them. */
export function nameOfHolder({ name, email, id }: AccessLine['holder']): string {
  return name ?? email ?? id
}

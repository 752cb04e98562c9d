import type { Applying } from './applying.ts'

export type Rehearsed<T> = { readonly result: T; readonly lines: readonly string[] }

/** Does something to see what comes of it and what it says, and takes it back. */
export async function rehearse<T>(
  applying: Applying,
  work: (rehearsing: Applying) => Promise<T>,
): Promise<Rehearsed<T>> {
  const lines: string[] = []
  const { tx } = applying
  await tx.$executeRaw`SAVEPOINT rehearsal`
  const result = await work({ ...applying, record: async () => {}, say: (line) => lines.push(line) })
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT rehearsal`
  await tx.$executeRaw`RELEASE SAVEPOINT rehearsal`
  return { result, lines }
}

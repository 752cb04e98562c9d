import { createArchive, type NewArchive, type RecordedArchive } from './recorded-archive.ts'

/** All archives of all projects, newest first. */
export type ArchiveList = {
  add(archives: readonly NewArchive[]): void
  /** Deleted ones too. */
  find(apiKey: string, id: string): RecordedArchive | null
  change(id: string, fields: Partial<RecordedArchive>): RecordedArchive | null
  /** Without the deleted ones. */
  list(apiKey: string, sessionId: string | null): readonly RecordedArchive[]
}

export function createArchiveList(): ArchiveList {
  const archives = new Map<string, RecordedArchive>()
  // Sorting ten thousand for every page of a list would be the slowest thing here.
  let sorted: readonly RecordedArchive[] | null = null
  return {
    add(added) {
      for (const archive of added) archives.set(archive.id, createArchive(archive))
      sorted = null
    },
    find(apiKey, id) {
      const archive = archives.get(id)
      return archive?.apiKey === apiKey ? archive : null
    },
    change(id, fields) {
      const archive = archives.get(id)
      if (archive === undefined) return null
      const changed = { ...archive, ...fields, id }
      archives.set(id, changed)
      sorted = null
      return changed
    },
    list(apiKey, sessionId) {
      sorted ??= [...archives.values()].sort(
        (a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1),
      )
      return sorted.filter(
        (archive) =>
          archive.apiKey === apiKey &&
          archive.status !== 'deleted' &&
          (sessionId === null || archive.sessionId === sessionId),
      )
    },
  }
}

// What somebody drops on the page. Chromium reads a dropped folder on a page from disk by handles alone, others by
// entries; both must be asked for before the drop's event is over.
import type { ChosenFile } from './verify-files.ts'

/** The files of a dropped folder, or the files that were dropped. Rejects where the browser does not give them. */
export async function takeDropped(transfer: DataTransfer | null): Promise<ChosenFile[]> {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file')
  const given = await Promise.all(items.map((item) => asHandle(item) ?? asEntry(item)))
  const [only] = given
  return given.length === 1 && only?.list !== null && only !== undefined
    ? Promise.all((await only.list()).map(toChosen))
    : Promise.all(given.map(toChosen))
}

type Dropped = {
  readonly name: string
  /** Null for a folder. */
  readonly file: (() => Promise<Blob>) | null
  /** Null for a file. */
  readonly list: (() => Promise<Dropped[]>) | null
}

async function toChosen({ name, file }: Dropped): Promise<ChosenFile> {
  return { path: name, file: file === null ? null : await file() }
}

type Handle =
  | { readonly kind: 'file'; readonly name: string; getFile(): Promise<Blob> }
  | { readonly kind: 'directory'; readonly name: string; values(): AsyncIterable<Handle> }

/** Not every browser has it, so the types know nothing of it. */
type WithHandles = { getAsFileSystemHandle?: () => Promise<Handle | null> }

function asHandle(item: DataTransferItem & WithHandles): Promise<Dropped> | null {
  return item.getAsFileSystemHandle?.().then(ofHandle) ?? null
}

function ofHandle(handle: Handle | null): Dropped {
  if (handle === null) throw new Error('the browser gives no handle')
  if (handle.kind === 'file') return { name: handle.name, file: () => handle.getFile(), list: null }
  const list = async (): Promise<Dropped[]> => {
    const inside: Dropped[] = []
    for await (const each of handle.values()) inside.push(ofHandle(each))
    return inside
  }
  return { name: handle.name, file: null, list }
}

async function asEntry(item: DataTransferItem): Promise<Dropped> {
  const entry = item.webkitGetAsEntry()
  if (entry === null) throw new Error('the browser gives no entry')
  return ofEntry(entry)
}

function ofEntry(entry: FileSystemEntry): Dropped {
  const { name } = entry
  if (isFileEntry(entry)) {
    return { name, file: () => new Promise((done, fail) => entry.file(done, fail)), list: null }
  }
  return {
    name,
    file: null,
    list: async () => (isFolderEntry(entry) ? (await listFolder(entry)).map(ofEntry) : []),
  }
}

async function listFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    // A browser gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail))
    if (some.length === 0) return all
    all.push(...some)
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

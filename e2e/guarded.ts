// A project of four eyes, for the browser tests alone: what is given or changed there waits for a second administrator.
// The demo's own projects have two eyes, and whoever reviews them is stopped by nobody else's test.
import type { Access } from './colleagues.ts'
import { type LaidArchive, layArchive } from './stack/lay-archive.ts'
import type { Person } from './stack/people.ts'
import { getSample, samplePath } from './stack/samples.ts'
import { type Entry, sampleCertificates } from './stack/set-up-files.ts'
import type { StackInfo } from './stack/stack.ts'

export const GUARDED = {
  ...{ name: 'Escrow CH', region: 'ch', unit: 'escrow' },
  ...{ apiKey: '47201303', apiSecret: 'a secret of the browser tests' },
} as const

/** What `findPurpose` knows the archive by that was recorded there. */
export const GUARDED_PURPOSE = 'guarded'
export const GUARDED_SAMPLE = 'three-1.mpegts'

/** Holds nothing, until they are given a grant here. */
export const HOLDER = 'holder@demo.test'
/** Holds nothing, and asks for it here. */
export const PETITIONER = 'petitioner@demo.test'
/** A reviewer of this project who never signs in. */
export const ABSENT = 'absent@demo.test'

export const GUARDED_PEOPLE: readonly Person[] = [
  { email: HOLDER, name: 'Hana Holder', password: 'holder-4-demo', roles: [] },
  { email: PETITIONER, name: 'Pat Petitioner', password: 'petitioner-4-demo', roles: [] },
]

/** The access file with its reviewer in it: grants are given by hand here, and wait. */
export function addGuarded({ people, grants }: Access): Access {
  const roles = [{ role: 'reviewer', projects: [GUARDED.name] }]
  return { people: [...people, { email: ABSENT, roles }], grants }
}

/** The project as a projects file has it that says nothing of storage and certificates. */
export function sayGuarded({ projects }: Pick<StackInfo, 'projects'>): Entry {
  const { name, region, unit, apiKey, apiSecret } = GUARDED
  const apiUrl = projects[0]?.apiUrl
  return {
    ...{ name, region, unit, environment: 'demo', fourEyes: true },
    recorder: { kind: 'opentok', apiUrl, apiKey, apiSecret },
  }
}

/** The same as it is set up first: one store, one certificate. */
export function setUpGuarded(info: StackInfo): Entry {
  const storage = [{ kind: 's3', ...info.s3 }]
  return { ...sayGuarded(info), storage, certificates: sampleCertificates().slice(0, 1) }
}

/** What was recorded there: the portal reads of it when it reads the recorder's whole list. */
export function layGuarded(info: StackInfo): Promise<LaidArchive> {
  const { sizeBytes, password } = getSample(GUARDED_SAMPLE)
  return layArchive(info, {
    ...{ file: samplePath(GUARDED_SAMPLE), sizeBytes, password },
    project: GUARDED.name,
  })
}

import { REVIEWER, readStack, visit } from './fixtures.ts'
import { type LaidArchive, layArchive } from './stack/lay-archive.ts'
import { getSample, samplePath } from './stack/samples.ts'
import { searchFor } from './stack/visitor.ts'

/** A sample recorded once more in the first project and known to the portal: for one test to do with as it likes. */
export async function layOwnArchive(sampleName: string): Promise<LaidArchive> {
  const { sizeBytes, password } = getSample(sampleName)
  const archive = await layArchive(readStack(), {
    ...{ file: samplePath(sampleName), sizeBytes },
    password: password === '' ? null : password,
  })
  await searchFor(await visit(REVIEWER), archive.sessionId)
  return archive
}

import { readFile } from 'node:fs/promises'
import { VERIFIERS_FOLDER } from '../verifiers-folder.ts'

/** The verifiers that go into each bundle, as `npm run build` made them. */
export async function readVerifiers(): Promise<{ readonly node: string; readonly page: string }> {
  // The framework would take every file of the project for one that this may read.
  const read = (name: string): Promise<string> =>
    readFile(/*turbopackIgnore: true*/ `${VERIFIERS_FOLDER}/${name}`, 'utf8')
  const [node, page] = await Promise.all([read('verify.mjs'), read('verify.html')])
  return { node, page }
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scene } from './scenes.ts'

/** What a verifier is called with. */
export type Call = {
  readonly folder: string
  readonly options: { readonly key?: string; readonly anchor?: string; readonly earlier?: string }
}

/** Lays a scene's files where a verifier can be sent. What lay there before is gone. */
export function putScene(scene: Scene, place: string): Call {
  rmSync(place, { recursive: true, force: true })
  const folder = join(place, 'export')
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of scene.files) writeFileSync(join(folder, name), bytes)
  const anchor = join(place, 'kept.checkpoint')
  const earlier = join(place, 'earlier')
  if (scene.anchor !== null) writeFileSync(anchor, scene.anchor)
  if (scene.earlier !== null) {
    mkdirSync(earlier)
    writeFileSync(join(earlier, 'checkpoint'), scene.earlier)
  }
  return {
    folder,
    options: {
      ...(scene.key === null ? {} : { key: scene.key }),
      ...(scene.anchor === null ? {} : { anchor }),
      ...(scene.earlier === null ? {} : { earlier }),
    },
  }
}

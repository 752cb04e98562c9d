// The portal is killed while it streams, again and again: no byte may have left whose row is not there, and whoever was
// watching goes on watching once it is back.
import { setTimeout as sleep } from 'node:timers/promises'
import { startPortal } from '../stack/portal.ts'
import { receive } from '../stack/receive.ts'
import { addToTally, createTally, describeTally, isKept } from './compare.ts'
import type { Finding } from './finding.ts'
import type { Scene } from './scene.ts'
import { type Stream, startStream } from './stream.ts'

const KINDS = ['file', 'range', 'slow', 'segments'] as const

export async function runKills(
  scene: Scene,
  options: { readonly times: number; readonly longestMs: number },
): Promise<Finding> {
  const tally = createTally()
  let resumed = 0
  let toResume = 0
  let last: Stream | undefined
  for (let round = 0; round < options.times; round += 1) {
    const portal = await startPortal(scene.stack, scene.stack.portalLog)
    try {
      if (last !== undefined) {
        toResume += 1
        resumed += (await playsOn(scene, last.viewingId)) ? 1 : 0
      }
      const streams = await Promise.all(KINDS.map((kind) => startStream(scene, scene.visitor, { kind })))
      await sleep(5 + Math.random() * options.longestMs)
      process.kill(portal.pid, 'SIGKILL')
      await portal.ended
      for (const stream of streams) stream.hurry()
      const ends = await Promise.all(streams.map(({ ended }) => ended))
      for (const end of ends) await addToTally(scene, tally, end)
      last = streams.at(-1)
    } finally {
      await portal.stop()
    }
  }
  return {
    name: `portal killed (SIGKILL) ${options.times} times while it streams`,
    figure: `${describeTally(tally)}, ${resumed} of ${toResume} viewings went on after the restart`,
    isKept: isKept(tally) && resumed === toResume,
  }
}

async function playsOn({ visitor }: Scene, viewingId: string): Promise<boolean> {
  const { status, isComplete } = await receive({
    url: `${visitor.portalUrl}/viewings/${viewingId}/segments/1.ts`,
    headers: { cookie: visitor.cookie },
    agent: false,
  })
  return status === 200 && isComplete
}

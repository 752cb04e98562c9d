import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endChild } from '../stack/end-child.ts'
import { type Answers, type Order, parseAnswer, parseReply } from './order.ts'

/** The process that makes the load. */
export type Load = {
  /** Has an order done; rejects with what went wrong. */
  order<K extends Order['kind']>(order: Order & { readonly kind: K }): Promise<Answers[K]>
  stop(): Promise<void>
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)))
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let asked = 0
  child.on('message', (message) => {
    const { id, answer, fault } = parseReply(message)
    const asker = waiting.get(id)
    waiting.delete(id)
    if (fault === null) asker?.resolve(answer)
    else asker?.reject(new Error(fault))
  })
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The load’s process has ended.'))
    waiting.clear()
  })
  return {
    async order(order) {
      asked += 1
      const id = asked
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      child.send({ id, order })
      return parseAnswer(order.kind, await answer)
    },
    stop: () => endChild(child),
  }
}

// What stands in front of several server processes: each connection goes to the next of them.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Balancer = { stop(): Promise<void> }

export async function startBalancer(port: number, targets: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((inward) => {
    const target = targets[turn % targets.length]
    turn += 1
    if (target === undefined) return inward.destroy()
    const outward = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      // Whatever breaks off on one side is broken off on the other.
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

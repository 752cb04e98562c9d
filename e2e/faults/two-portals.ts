// Two server processes of one database behind one address, as an operator runs them.
import { findFreePort } from '../stack/free-port.ts'
import { type Portal, startPortal } from '../stack/portal.ts'
import type { TemporaryStack } from '../stack/temporary-stack.ts'
import { startBalancer } from './balancer.ts'

/** Where each process is reached past the address that they share. */
export type Processes = readonly [first: string, second: string]

export async function whileServingTwice<T>(
  stack: TemporaryStack,
  use: (processes: Processes) => Promise<T>,
): Promise<T> {
  const ports = [await findFreePort(), await findFreePort()] as const
  const started: { stop(): Promise<void> }[] = []
  try {
    for (const port of ports) started.push(await startProcess(stack, port))
    started.push(await startBalancer(Number(new URL(stack.portalUrl).port), ports))
    return await use([addressOf(ports[0]), addressOf(ports[1])])
  } finally {
    for (const each of started.reverse()) await each.stop()
  }
}

function startProcess({ environment, portalLog }: TemporaryStack, port: number): Promise<Portal> {
  const place = { environment: { ...environment, PORT: String(port) }, portalUrl: addressOf(port) }
  return startPortal(place, portalLog)
}

function addressOf(port: number): string {
  return `http://localhost:${port}`
}

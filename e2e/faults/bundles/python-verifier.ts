import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Call } from './put-scene.ts'

const PROGRAM = fileURLToPath(new URL('../../verify-bundle.py', import.meta.url))

/** The verifier in Python, kept running: one call after the other. */
export function startPythonVerifier(): {
  verify(call: Call): Promise<{ code: number; sentence: string }>
  stop(): Promise<void>
} {
  const child = spawn('python3', [PROGRAM, '--many'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    verify: async ({ folder, options }) => {
      const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
      child.stdin.write(`${[folder, ...named].join('\t')}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the verifier in Python has ended')
      const [, code, sentence = ''] = /^(\d) (.*)$/.exec(value) ?? []
      return { code: Number(code), sentence }
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

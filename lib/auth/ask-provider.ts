import http from 'node:http'
import https from 'node:https'
import type { Environment } from '../env.ts'

/** What the identity provider is asked: a GET, or a POST of a form. */
export type ProviderQuestion = {
  readonly url: string
  readonly form?: Readonly<Record<string, string>>
  readonly authorization?: string
}

export type ProviderAnswer = {
  readonly status: number
  /** Null where it is no JSON. */
  readonly body: unknown
}

export const PROVIDER_TIMEOUT_MS = 10_000
const ANSWER_MAX_BYTES = 1024 * 1024

const agents = new WeakMap<Environment, https.Agent>()

/**
 * Asks the identity provider. The issuer is set by the operator and may lie inside the network, so that it passes no
 * guard; the proxy and the certificates of the environment hold for it.
 * @throws Error when it does not answer, or not within ten seconds
 */
export async function askProvider(env: Environment, question: ProviderQuestion): Promise<ProviderAnswer> {
  const { url, form, authorization } = question
  const body = form === undefined ? null : new URLSearchParams(form).toString()
  const send = url.startsWith('https:') ? https.request : http.request
  const agent = findProviderAgent(env)
  const request = send(url, {
    method: body === null ? 'GET' : 'POST',
    signal: AbortSignal.timeout(PROVIDER_TIMEOUT_MS),
    headers: {
      accept: 'application/json',
      ...(body !== null && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(agent !== null && url.startsWith('https:') && { agent }),
  })
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  request.end(body ?? undefined)
  const response = await answered
  return { status: response.statusCode ?? 0, body: parseJson(await readAll(response)) }
}

/** Node's own http knows of no proxy without an agent that does; null where there is none to go by. */
export function findProviderAgent(env: Environment): https.Agent | null {
  if (env.httpsProxy === null) return null
  const known = agents.get(env)
  if (known !== undefined) return known
  const proxyEnv = {
    NODE_ENV: 'production' as const,
    HTTPS_PROXY: env.httpsProxy,
    ...(env.noProxy !== null && { NO_PROXY: env.noProxy }),
  }
  const agent = new https.Agent({ keepAlive: true, proxyEnv })
  agents.set(env, agent)
  return agent
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response) {
    sizeBytes += chunk.length
    if (sizeBytes > ANSWER_MAX_BYTES) throw new Error('the identity provider answers more than is read')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import http from 'node:http'
import https from 'node:https'
import { type LookupFunction, Socket } from 'node:net'
import {
  Agent,
  buildConnector,
  type Dispatcher,
  ProxyAgent,
  type RequestInit,
  type Response,
  fetch as undiciFetch,
  request as undiciRequest,
} from 'undici'
import { AppError, isAppError } from '../errors.ts'
import { type AddressGuard, createAddressGuard } from './address-guard.ts'
import { parseAllowedHosts } from './allowed-hosts.ts'
import { parseNoProxy } from './no-proxy.ts'

export type OutgoingRequest = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
  /** How long the first byte of the answer may take. */
  readonly headersTimeoutMs?: number
  /** How long the body may pause while it is wanted. */
  readonly stallTimeoutMs?: number
}

/**
 * The one way out. Every connection is judged by the address it is dialled at: what lies inside the network is refused
 * with `address-refused` unless ALLOW_PRIVATE_HOSTS lists it. Redirects are never followed: they come back as answers.
 */
export interface Outgoing {
  /** For small answers. As the standard says, save that redirects come back as they are. */
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** For bodies that stream. The body must be read or destroyed. */
  request(url: string, options?: OutgoingRequest): Promise<Dispatcher.ResponseData>
  /** For libraries that bring their own client and take Node's agents. */
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent }
  /** Ends every connection. */
  close(): Promise<void>
}

export type OutgoingSettings = {
  readonly allowPrivateHosts: readonly string[]
  /** As HTTPS_PROXY has it: what https addresses go through. The proxy itself lies inside, and is not judged. */
  readonly httpsProxy?: string | null | undefined
  readonly noProxy?: string | null | undefined
  /** How names are resolved; the system's way when left out. */
  readonly lookup?: LookupFunction
}

const CONNECT_TIMEOUT_MS = 10_000
const HEADERS_TIMEOUT_MS = 30_000
const STALL_TIMEOUT_MS = 30_000
/** Segments are asked for every ten seconds or so; a handshake each time would be paid for in waiting. */
const KEEP_ALIVE_MS = 15_000
const AGENT_OPTIONS = { keepAlive: true, timeout: HEADERS_TIMEOUT_MS }

export function createOutgoing(settings: OutgoingSettings): Outgoing {
  const guard = createAddressGuard(parseAllowedHosts(settings.allowPrivateHosts), settings.lookup)
  const pastProxy = parseNoProxy(settings.noProxy ?? '')
  const proxy = settings.httpsProxy ?? ''
  const timing = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: STALL_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    allowH2: false,
  }
  const direct = new Agent({ ...timing, connect: createGuardedConnector(guard) })
  const proxied =
    proxy === '' ? null : new ProxyAgent({ ...timing, uri: proxy, connectTimeout: CONNECT_TIMEOUT_MS })
  const proxyAgent =
    proxy === ''
      ? null
      : new https.Agent({ ...AGENT_OPTIONS, proxyEnv: { NODE_ENV: 'production', HTTPS_PROXY: proxy } })

  const dispatcherFor = async (url: string): Promise<Dispatcher> => {
    const { protocol, hostname, port } = parseAddress(url)
    const portNumber = port === '' ? defaultPort(protocol) : Number(port)
    if (proxied === null || protocol !== 'https:' || pastProxy(hostname, portNumber)) return direct
    await guard.refuseTarget(hostname, portNumber)
    return proxied
  }

  const agents = {
    http: guardAgent(new http.Agent(AGENT_OPTIONS), guard, () => null),
    https: guardAgent(new https.Agent(AGENT_OPTIONS), guard, (host, port) =>
      proxyAgent === null || pastProxy(host, port) ? null : proxyAgent,
    ),
  }

  return {
    agents,

    fetch: async (url, init) => {
      const dispatcher = await dispatcherFor(url)
      try {
        return await undiciFetch(url, { ...init, redirect: 'manual', dispatcher })
      } catch (error) {
        // fetch wraps what the connection said in a TypeError.
        throw error instanceof Error && isAppError(error.cause) ? error.cause : error
      }
    },

    request: async (url, options = {}) =>
      undiciRequest(url, {
        dispatcher: await dispatcherFor(url),
        method: options.method ?? 'GET',
        headers: { ...options.headers },
        body: options.body ?? null,
        signal: options.signal ?? null,
        headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
        bodyTimeout: options.stallTimeoutMs ?? STALL_TIMEOUT_MS,
      }),

    close: async () => {
      agents.http.destroy()
      agents.https.destroy()
      await Promise.all([direct.destroy(), proxied?.destroy()])
    },
  }
}

/** An address may carry a signature, so none is ever repeated in an error. */
function parseAddress(url: string): URL {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new AppError('address-refused', 'An outgoing address must be an http or https URL.')
  }
  return parsed
}

function defaultPort(protocol: string): number {
  return protocol === 'http:' ? 80 : 443
}

/** A lookup is not told the port, and the list may name one: so there is one connector for each port. */
function createGuardedConnector(guard: AddressGuard): buildConnector.connector {
  const connectors = new Map<number, buildConnector.connector>()
  return (options, callback) => {
    const port = options.port === '' ? defaultPort(options.protocol) : Number(options.port)
    try {
      guard.refuseLiteral(options.hostname, port)
    } catch (error) {
      callback(toError(error), null)
      return
    }
    const connect =
      connectors.get(port) ??
      buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: guard.lookupFor(port) })
    connectors.set(port, connect)
    connect(options, callback)
  }
}

/** `proxyFor` gives the agent whose tunnel a target goes through, or null for the direct way. */
function guardAgent<A extends http.Agent>(
  agent: A,
  guard: AddressGuard,
  proxyFor: (host: string, port: number) => https.Agent | null,
): A {
  const connectDirectly = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const host = options.host ?? 'localhost'
    const port = Number(options.port ?? options.defaultPort)
    const proxy = proxyFor(host, port)
    if (proxy !== null) {
      const tunnel = guard.refuseTarget(host, port).then(() => void proxy.createConnection(options, callback))
      tunnel.catch((error) => callback?.(toError(error), new Socket()))
      return undefined
    }
    try {
      guard.refuseLiteral(host, port)
    } catch (error) {
      callback?.(toError(error), new Socket())
      return undefined
    }
    return connectDirectly({ ...options, lookup: guard.lookupFor(port) }, callback)
  }
  return agent
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

// A recorder that answers as the OpenTok archive API does, with its own cloud behind it. Below `/-/` a test tells it
// how to misbehave and what to have recorded.
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { beginFault, createFaults, type Faults, readFaults } from './faults.ts'
import { close, listen } from './listen.ts'
import { readText } from './read-text.ts'
import { type ArchiveList, createArchiveList } from './recorder/archive-list.ts'
import {
  type Behaviour,
  type Generation,
  GOOD_BEHAVIOUR,
  generateArchives,
  toUuid,
} from './recorder/behaviour.ts'
import { type Cloud, createCloud } from './recorder/cloud.ts'
import {
  type NewArchive,
  presentArchive,
  type RecordedArchive,
  statusAt,
} from './recorder/recorded-archive.ts'
import { RecorderError } from './recorder/recorder-error.ts'
import { parseBody, parseStorageTarget } from './recorder/storage-target.ts'
import { checkToken } from './recorder/token.ts'
import { createSessionId, findApiKey } from './session-id.ts'

export type { NewArchive } from './recorder/recorded-archive.ts'

export type RecorderProject = { readonly apiKey: string; readonly apiSecret: string }

export type Recorder = {
  readonly apiUrl: string
  readonly port: number
  readonly archives: ArchiveList
  readonly behaviour: Behaviour
  readonly faults: Faults
  stop(): Promise<void>
}

type Inside = Pick<Recorder, 'archives' | 'behaviour' | 'faults'> & {
  readonly projects: readonly RecorderProject[]
  readonly cloud: Cloud
  /** What was PUT as storage, by API key. */
  readonly targets: Map<string, Record<string, unknown>>
}

type Call = {
  readonly inside: Inside
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  readonly apiKey: string
  /** Path segments after `archive`. */
  readonly rest: readonly string[]
}

const DEFAULT_COUNT = 50
const MAX_COUNT = 1000
const MAX_BODY_BYTES = 1 << 20
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export async function startRecorder(options: {
  readonly projects: readonly RecorderProject[]
  readonly port?: number
}): Promise<Recorder> {
  const archives = createArchiveList()
  let base = ''
  const inside: Inside = {
    projects: options.projects,
    archives,
    behaviour: { ...GOOD_BEHAVIOUR },
    faults: createFaults(),
    targets: new Map(),
    cloud: createCloud(
      () => base,
      (apiKey, id) => archives.find(apiKey, id)?.file ?? null,
    ),
  }
  const server = createServer((request, response) => {
    answer(inside, request, response).catch((error) => refuse(error, request, response))
  })
  const port = await listen(server, options.port ?? 0)
  base = `http://127.0.0.1:${port}`
  const { behaviour, faults } = inside
  return { apiUrl: base, port, archives, behaviour, faults, stop: () => close(server) }
}

async function answer(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://recorder')
  if (url.pathname.startsWith('/-/')) return control(inside, request, response)
  response.setHeader('date', new Date(now(inside)).toUTCString())
  const fault = inside.faults.take(request)
  if (await beginFault(fault, response)) return void request.resume()
  if (url.pathname.startsWith('/cloud/')) return inside.cloud.answer(request, response, fault)
  if (url.pathname === '/session/create') return createSession(inside, request, response)
  // Where an older path had `partner`, the newer has `project`; both are heard.
  const [, apiKey = '', tail = ''] =
    /^\/v2\/(?:project|partner)\/([^/]+)\/archive(\/.*)?$/.exec(url.pathname) ?? []
  if (apiKey === '') throw new RecorderError(404, 'Not found')
  authorise(inside, request, apiKey)
  const rest = tail.split('/').slice(1).map(decodeURIComponent)
  await answerArchives({ inside, request, response, query: url.searchParams, apiKey, rest })
}

function authorise(inside: Inside, request: IncomingMessage, apiKey: string): void {
  const secret = inside.projects.find((project) => project.apiKey === apiKey)?.apiSecret
  const token = request.headers['x-opentok-auth']
  checkToken(Array.isArray(token) ? token[0] : token, { apiKey, secret, nowMs: now(inside) })
}

function answerArchives(call: Call): Promise<void> | void {
  const { request, rest } = call
  const [id = '', action = ''] = rest
  const method = request.method ?? 'GET'
  if (rest.length === 0 || (rest.length === 1 && id === '')) {
    if (method === 'GET') return listArchives(call)
    if (method === 'POST') return startArchive(call)
    throw new RecorderError(405, 'Method not allowed')
  }
  if (id === 'storage') return answerStorage(call)
  if (!UUID.test(id)) throw new RecorderError(400, `Invalid archive id: ${id}`)
  const archive = call.inside.archives.find(call.apiKey, id)
  if (archive === null) throw new RecorderError(404, `Invalid archive id: ${id}`)
  switch (`${method} ${action}`) {
    case 'GET ':
      return sendArchive(call, archive)
    case 'DELETE ':
      return deleteArchive(call, archive)
    case 'POST stop':
      return stopArchive(call, archive)
    case 'PATCH streams':
      if (archive.streamMode === 'auto') throw new RecorderError(405, 'Streams are chosen by the recorder')
      return void call.response.writeHead(204).end()
    case 'PUT layout':
      return sendArchive(call, archive)
    default:
      throw new RecorderError(405, 'Method not allowed')
  }
}

function listArchives(call: Call): void {
  const { inside, query, apiKey } = call
  const { behaviour, archives } = inside
  const count = readNumber(query, 'count', DEFAULT_COUNT)
  if (count > MAX_COUNT) throw new RecorderError(400, `Invalid count: at most ${MAX_COUNT}`)
  let offset = readNumber(query, 'offset', 0)
  if (offset > 0 && behaviour.repeatPages > 0) {
    behaviour.repeatPages -= 1
    offset = Math.max(0, offset - count)
  }
  const sessionId = query.get('sessionId') ?? query.get('session_id')
  const all = archives.list(apiKey, sessionId)
  const items = all.slice(offset, offset + count).map((archive) => present(inside, archive, false))
  sendJson(call.response, 200, { count: all.length, items })
  if (behaviour.arrivalsPerPage === 0) return
  const arrivals = { apiKey, count: behaviour.arrivalsPerPage, days: 0.0001, untilMs: Date.now() }
  archives.add(generateArchives({ ...arrivals, seed: randomUUID() }))
}

function readNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? ''
  if (text === '') return otherwise
  if (!/^\d{1,9}$/.test(text)) throw new RecorderError(400, `Invalid ${name}: ${text}`)
  return Number(text)
}

async function startArchive(call: Call): Promise<void> {
  const { inside, apiKey } = call
  const body = parseBody(await readText(call.request, MAX_BODY_BYTES))
  const { sessionId } = body
  if (typeof sessionId !== 'string' || sessionId === '') throw new RecorderError(400, 'Invalid session id')
  if (findApiKey(sessionId) !== apiKey) throw new RecorderError(404, 'Session not found')
  const outputMode = body.outputMode === 'individual' ? 'individual' : 'composed'
  if (outputMode === 'individual' && body.resolution !== undefined) {
    throw new RecorderError(400, 'Resolution cannot be set for individual archives')
  }
  const multiArchiveTag = typeof body.multiArchiveTag === 'string' ? body.multiArchiveTag : ''
  const isRecording = inside.archives
    .list(apiKey, sessionId)
    .some(
      ({ status, multiArchiveTag: tag }) => ['started', 'paused'].includes(status) && tag === multiArchiveTag,
    )
  if (isRecording) throw new RecorderError(409, 'Archive already started for this session', 15001)
  const id = toUuid(randomBytes(16))
  const archive: NewArchive = {
    ...{ id, apiKey, sessionId, outputMode, multiArchiveTag },
    createdAtMs: now(inside),
    name: typeof body.name === 'string' ? body.name : '',
    streamMode: body.streamMode === 'manual' ? 'manual' : 'auto',
    hasAudio: body.hasAudio !== false,
    hasVideo: body.hasVideo !== false,
    ...(typeof body.resolution === 'string' ? { resolution: body.resolution } : {}),
  }
  inside.archives.add([archive])
  const started = inside.archives.find(apiKey, id)
  if (started !== null) sendJson(call.response, 200, present(inside, started, true))
}

function stopArchive(call: Call, archive: RecordedArchive): void {
  if (!['started', 'paused', 'stopped'].includes(archive.status)) {
    throw new RecorderError(409, 'Archive is not being recorded', 15002)
  }
  const stoppedAtMs = now(call.inside)
  const stopped = call.inside.archives.change(archive.id, {
    status: 'stopped',
    reason: 'user initiated',
    updatedAtMs: stoppedAtMs,
    durationSeconds: Math.round((stoppedAtMs - archive.createdAtMs) / 1000),
  })
  sendArchive(call, stopped ?? archive)
}

function deleteArchive(call: Call, archive: RecordedArchive): void {
  const status = statusAt(archive, now(call.inside))
  if (!['available', 'uploaded', 'deleted'].includes(status)) {
    throw new RecorderError(409, `An archive that is ${status} cannot be deleted`, 15004)
  }
  call.inside.archives.change(archive.id, { status: 'deleted', file: null })
  call.response.writeHead(204).end()
}

async function answerStorage({ inside, request, response, apiKey }: Call): Promise<void> {
  if (request.method === 'PUT') {
    const target = parseStorageTarget(await readText(request, MAX_BODY_BYTES))
    inside.targets.set(apiKey, target)
    return sendJson(response, 200, {
      type: target.type,
      config: target.config,
      fallback: target.fallback ?? 'none',
    })
  }
  if (request.method !== 'DELETE') throw new RecorderError(405, 'Method not allowed')
  if (!inside.targets.delete(apiKey)) throw new RecorderError(404, 'No storage target is set')
  response.writeHead(204).end()
}

async function createSession(
  inside: Inside,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = String(request.headers['x-opentok-auth'] ?? '')
  const claims = parseBody(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const apiKey = String(claims.iss ?? '')
  authorise(inside, request, apiKey)
  await readText(request, MAX_BODY_BYTES)
  const session = {
    session_id: createSessionId(apiKey, new Date(now(inside)), randomUUID()),
    project_id: apiKey,
    partner_id: apiKey,
    create_dt: new Date(now(inside)).toUTCString(),
    media_server_url: '',
  }
  sendJson(response, 200, [session])
}

function sendArchive({ inside, response }: Call, archive: RecordedArchive): void {
  sendJson(response, 200, present(inside, archive, false))
}

function present(inside: Inside, archive: RecordedArchive, exactTime: boolean): Record<string, unknown> {
  const { behaviour, cloud } = inside
  const nowMs = now(inside)
  const url = archive.file === null ? '' : cloud.sign(archive, behaviour.urlLifeSeconds)
  const known = presentArchive(archive, { nowMs, url, exactTime })
  return behaviour.unknownFields
    ? { ...known, notarealproperty: { deep: ['not', 'a', 'real', 'value'] } }
    : known
}

function now({ behaviour }: Inside): number {
  return Date.now() + behaviour.clockSkewSeconds * 1000
}

/** What tests say to the recorder from other processes; it listens on 127.0.0.1 alone. */
async function control(inside: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { archives, behaviour, faults } = inside
  switch (`${request.method} ${request.url}`) {
    case 'POST /-/faults':
      faults.set(await readFaults(request))
      break
    case 'POST /-/behaviour':
      Object.assign(behaviour, GOOD_BEHAVIOUR, parseBody(await readText(request, MAX_BODY_BYTES)))
      break
    case 'POST /-/archives':
      archives.add(parseArchives(await readText(request, 32 << 20)))
      break
    case 'POST /-/change': {
      const { id, ...fields } = parseChange(await readText(request, MAX_BODY_BYTES))
      if (archives.change(id, fields) === null) throw new RecorderError(404, `Invalid archive id: ${id}`)
      break
    }
    case 'POST /-/generate':
      archives.add(generateArchives(parseGeneration(await readText(request, MAX_BODY_BYTES))))
      break
    default:
      throw new RecorderError(404, 'POST /-/faults, behaviour, archives, change or generate')
  }
  sendJson(response, 200, {})
}

function parseArchives(text: string): NewArchive[] {
  return JSON.parse(text) as NewArchive[]
}

function parseChange(text: string): Partial<RecordedArchive> & { id: string } {
  return JSON.parse(text) as Partial<RecordedArchive> & { id: string }
}

function parseGeneration(text: string): Generation {
  const order = JSON.parse(text) as Partial<Generation> & Pick<Generation, 'apiKey' | 'count'>
  return { untilMs: Date.now(), days: 90, seed: randomUUID(), ...order }
}

function refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  request.resume()
  const refusal = error instanceof RecorderError ? error : new RecorderError(500, String(error))
  const { status, code, message } = refusal
  sendJson(response, status, { code, message, description: message })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

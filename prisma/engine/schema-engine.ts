#!/usr/bin/env node
// Stands in for Prisma's native schema engine: the same sub-commands and the same JSON-RPC over stdin and stdout,
// answered by the engine's WebAssembly build from npm. See README.md beside this file.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { createDatabase, dropDatabase, runScript } from './databases.ts'
import { describeConnectionFailure, parseFailure } from './failures.ts'
import { loadEngine, panicMessage } from './load-engine.ts'

const argv = process.argv.slice(2)

/** Every value that follows this option on the command line. */
const valuesOf = (name: string): string[] =>
  argv.flatMap((word, at) => {
    const value = argv[at + 1]
    return word === name && value !== undefined ? [value] : []
  })

function parseDatasourceUrl(json: string | undefined): string | undefined {
  const datasource: unknown = JSON.parse(json ?? '{}')
  if (typeof datasource !== 'object' || datasource === null || !('url' in datasource)) return undefined
  return typeof datasource.url === 'string' ? datasource.url : undefined
}

const url = parseDatasourceUrl(valuesOf('--datasource')[0])

function logError(fields: Record<string, unknown>): void {
  const line = {
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    fields,
    target: 'schema_engine::logger',
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** `cli can-connect-to-database | create-database | drop-database` */
async function runSubCommand(command: string | undefined): Promise<number> {
  try {
    if (url === undefined) throw new Error('no database is named')
    if (command === 'can-connect-to-database') await runScript(url, 'SELECT 1')
    else if (command === 'create-database') await createDatabase(url)
    else if (command === 'drop-database') await dropDatabase(url)
    else throw new Error(`unknown sub-command ${command}`)
    return 0
  } catch (error) {
    process.stderr.write('\n') // the command line throws the first line away
    logError({ is_panic: false, ...describeConnectionFailure(error) })
    return 1
  }
}

type Request = { id: unknown; method: string; params: Record<string, unknown> }

function parseRequest(line: string): Request | null {
  const request: unknown = JSON.parse(line)
  if (typeof request !== 'object' || request === null || !('method' in request)) return null // an answer to `print`
  const { id, method, params } = request as { id: unknown; method: string; params?: Record<string, unknown> }
  return { id, method, params: params ?? {} }
}

const parseUrlOf = (source: unknown): string =>
  parseDatasourceUrl(JSON.stringify(source ?? {})) ?? url ?? 'postgresql://nowhere.invalid/none'

const schemas = valuesOf('--datamodels').map((path): [string, string] => [
  resolve(path),
  readFileSync(resolve(path), 'utf8'),
])
let engine: ReturnType<typeof loadEngine> | undefined

async function answer(request: Request): Promise<unknown> {
  const { method, params } = request
  if (method === 'createDatabase')
    return { databaseName: await createDatabase(parseUrlOf(params.datasource)) }
  if (method === 'dbExecute') {
    await runScript(parseUrlOf(params.datasourceType), String(params.script))
    return null
  }
  engine ??= loadEngine(schemas, url ?? 'postgresql://nowhere.invalid/none')
  const methods = await engine
  return (await methods(method === 'getDatabaseVersion' ? 'version' : method, params)) ?? {}
}

function serve(): void {
  const send = (message: Record<string, unknown>) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let printed = 0

  createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    .on('line', async (line) => {
      const request = line.trim() === '' ? null : parseRequest(line)
      if (request === null) return
      try {
        const result = await answer(request)
        // the native engine prints a diff by asking its caller to
        if (
          request.method === 'diff' &&
          typeof result === 'object' &&
          result !== null &&
          'stdout' in result
        ) {
          printed += 1
          if (result.stdout != null)
            send({ id: printed, method: 'print', params: { content: result.stdout } })
        }
        send({ id: request.id, result })
      } catch (error) {
        const panic = panicMessage()
        if (panic !== '') {
          logError({ message: panic, is_panic: true })
          process.exit(101)
        }
        send({ id: request.id, error: parseFailure(error) })
      }
    })
    .on('close', () => process.exit(0))
}

if (argv.includes('--version') || argv.includes('-V')) process.stdout.write('schema-engine-cli wasm\n')
else if (argv.includes('cli')) process.exitCode = await runSubCommand(argv[argv.indexOf('cli') + 1])
else serve()

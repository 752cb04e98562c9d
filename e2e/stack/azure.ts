// Azure Blob Storage as Azurite plays it: an account of ours, kept in a folder.
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { endChild } from './end-child.ts'
import { findFreePort } from './free-port.ts'

export type AzureServer = {
  readonly port: number
  readonly accountName: string
  /** Base64. */
  readonly accountKey: string
  /** The blob service's whole URL, the account in its path. */
  readonly domain: string
  createContainer(container: string): Promise<void>
  /** Uploads a file, unless a blob of its size is there. */
  putFile(container: string, name: string, path: string): Promise<void>
  stop(): Promise<void>
}

export type AzureOptions = {
  readonly folder: string
  readonly accountName: string
  readonly accountKey: string
  readonly port?: number
}

const READY = 'successfully listens'

export async function startAzure(options: AzureOptions): Promise<AzureServer> {
  const { accountName, accountKey } = options
  const port = options.port ?? (await findFreePort())
  const script = fileURLToPath(new URL('azurite-process.ts', import.meta.url))
  const flags = ['--location', options.folder, '--skipApiVersionCheck', '--silent', '--disableTelemetry']
  const child = fork(script, ['--blobHost', '127.0.0.1', '--blobPort', String(port), ...flags], {
    env: { ...process.env, NODE_OPTIONS: '', AZURITE_ACCOUNTS: `${accountName}:${accountKey}` },
    execArgv: [],
    // A session of its own: Ctrl-C in the terminal is for us, who end it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`Azurite did not start on port ${port}:\n${said}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-8192)
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-8192)
      if (said.includes(READY)) resolve()
    })
  })
  const domain = `http://127.0.0.1:${port}/${accountName}`
  const client = new BlobServiceClient(domain, new StorageSharedKeyCredential(accountName, accountKey))
  return {
    port,
    accountName,
    accountKey,
    domain,
    async createContainer(container) {
      await client.getContainerClient(container).createIfNotExists()
    },
    async putFile(container, name, path) {
      const blob = client.getContainerClient(container).getBlockBlobClient(name)
      const bytes = await readFile(path)
      // What is there already stays as it was seen: a new upload would have another ETag.
      if ((await blob.exists()) && (await blob.getProperties()).contentLength === bytes.length) return
      await blob.uploadData(bytes)
    },
    stop: () => endChild(child),
  }
}

/** An account of Azure Storage and how to get in: by its key, or, without one, as whoever the portal runs as. */
export type AzureAccount = {
  readonly accountName: string
  /** Base64. */
  readonly accountKey: string | null
  /** A host suffix or the blob service's whole URL; null for Azure's own. */
  readonly domain: string | null
}

/** Reads a connection string as the Azure portal gives it; null for one that names no account. */
export function parseConnectionString(text: string): AzureAccount | null {
  const parts = new Map(
    text.split(';').map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]
    }),
  )
  const accountName = parts.get('accountname') ?? ''
  const accountKey = parts.get('accountkey') ?? null
  if (!/^[a-z0-9]{3,24}$/.test(accountName) || accountKey === '') return null
  return { accountName, accountKey, domain: parts.get('blobendpoint') ?? parts.get('endpointsuffix') ?? null }
}

import { readFileSync } from 'node:fs'

export type ApplicationLogin = { readonly role: string; readonly password: string | null }
export type DeploySettings = { readonly ownerUrl: string; readonly application: ApplicationLogin }

function settingsError(faults: string[]): Error {
  const error = new Error(faults.join('\n'))
  error.name = 'SettingsError'
  return error
}

/** Reads DATABASE_OWNER_URL and DATABASE_URL, each also by a file (`…_FILE`). Throws with all faults at once. */
export function parseDeploySettings(source: Record<string, string | undefined>): DeploySettings {
  const faults: string[] = []
  const owner = parsePostgresUrl('DATABASE_OWNER_URL', source, faults)
  const application = parsePostgresUrl('DATABASE_URL', source, faults)
  if (owner === null || application === null) throw settingsError(faults)

  const role = decodeURIComponent(application.username)
  if (role === '') faults.push('DATABASE_URL: names no role')
  if (role === decodeURIComponent(owner.username))
    faults.push('DATABASE_URL: its role must be another than DATABASE_OWNER_URL’s')
  if (application.pathname !== owner.pathname)
    faults.push('DATABASE_URL: names another database than DATABASE_OWNER_URL')
  if (faults.length > 0) throw settingsError(faults)

  const password = decodeURIComponent(application.password)
  return { ownerUrl: owner.toString(), application: { role, password: password === '' ? null : password } }
}

function parsePostgresUrl(
  name: string,
  source: Record<string, string | undefined>,
  faults: string[],
): URL | null {
  const text = readSetting(name, source, faults)
  if (text === null) return null
  if (URL.canParse(text)) {
    const url = new URL(text)
    if (/^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return url
  }
  faults.push(`${name}: must be postgresql://role:password@host:port/database`)
  return null
}

function readSetting(
  name: string,
  source: Record<string, string | undefined>,
  faults: string[],
): string | null {
  const text = source[name]
  if (text !== undefined && text !== '') return text
  const file = source[`${name}_FILE`]
  if (file === undefined || file === '') {
    faults.push(`${name}: is missing`)
    return null
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    faults.push(`${name}_FILE: cannot be read`)
    return null
  }
}

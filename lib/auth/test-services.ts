import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type EnvironmentSource, parseEnvironment } from '../env.ts'
import { createServices, type Services } from '../services.ts'

/** For tests: the portal's services over a database, with an environment made up for it. */
export function createTestServices(databaseUrl: string, changes: EnvironmentSource = {}): Services {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  return createServices(
    parseEnvironment({
      DATABASE_URL: databaseUrl,
      NEXTAUTH_URL: 'http://127.0.0.1:3000',
      NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
      OIDC_ISSUER: 'http://127.0.0.1:1/issuer',
      OIDC_CLIENT_ID: 'recordroom',
      OIDC_CLIENT_SECRET: 'client-secret',
      SECRETS_KEY: randomBytes(32).toString('base64'),
      AUDIT_SIGNING_KEY: String(key),
      LOG_LEVEL: 'silent',
      ...changes,
    }),
  )
}

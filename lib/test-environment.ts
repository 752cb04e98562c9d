import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** For tests: an environment that `npm start` takes, over a database. */
export function inventEnvironment(databaseUrl: string): Readonly<Record<string, string>> {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  return {
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: 'http://127.0.0.1:3000',
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    OIDC_ISSUER: 'http://127.0.0.1:1/issuer',
    OIDC_CLIENT_ID: 'recordroom',
    OIDC_CLIENT_SECRET: 'client-secret',
    SECRETS_KEY: randomBytes(32).toString('base64'),
    AUDIT_SIGNING_KEY: String(key),
  }
}

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// Prisma's command line fetches a native engine when it has none; ours comes with `npm ci` (prisma/engine/README.md).
process.env.PRISMA_SCHEMA_ENGINE_BINARY = fileURLToPath(
  new URL('./prisma/engine/schema-engine.ts', import.meta.url),
)
process.env.CHECKPOINT_DISABLE = '1'

const ownerUrl = process.env.DATABASE_OWNER_URL

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(ownerUrl === undefined ? {} : { datasource: { url: ownerUrl } }),
})

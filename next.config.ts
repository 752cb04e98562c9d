import type { NextConfig } from 'next'

const config: NextConfig = {
  // Next would gzip text even inside a 206; a proxy in front compresses what may be compressed.
  compress: false,
  poweredByHeader: false,
  reactStrictMode: true,
  experimental: { authInterrupts: true },
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@prisma/client', '@prisma/adapter-pg', 'prom-client'],
}

export default config

import type { NextConfig } from 'next'

const config: NextConfig = {
  // Next would gzip text even inside a 206; a proxy in front compresses what may be compressed.
  compress: false,
  poweredByHeader: false,
  reactStrictMode: true,
  // Nothing is resized here: without this Next would fetch addresses of the site by itself for whoever asks.
  images: { unoptimized: true },
  experimental: {
    authInterrupts: true,
    // Kept twice over for proxy.ts, whoever sends it; more than twice what any address takes is of no use.
    proxyClientMaxBodySize: 160 * 1024,
  },
  // Loaded by Node as they are: bundled, they would exist once per entry, pools and all.
  serverExternalPackages: [
    '@aws-sdk/client-s3',
    '@aws-sdk/credential-providers',
    '@aws-sdk/s3-request-presigner',
    '@azure/identity',
    '@azure/storage-blob',
    '@prisma/adapter-pg',
    '@prisma/client',
    'pg',
    'pino',
    'prom-client',
    'rate-limiter-flexible',
    'undici',
  ],
}

export default config

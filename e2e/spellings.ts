// Other ways to ask for the same: what has walked round the guards of web frameworks, proxies and file servers before.
import type { Asking } from './asking.ts'

export type Way = Asking & { readonly name: string; readonly path: string }

/** Where a browser's router says it is. */
const TREE = encodeURIComponent(
  JSON.stringify(['', { children: ['sign-in', { children: ['__PAGE__', {}] }] }, null, null, true]),
)

/** Headers that the framework or a proxy before it sets and believes. */
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
  { 'x-middleware-subrequest': Array(5).fill('src/middleware').join(':') },
  {
    'x-middleware-next': '1',
    'x-middleware-override-headers': 'host',
    'x-middleware-request-host': 'localhost',
  },
  { 'x-middleware-rewrite': '/api/health/live', 'x-middleware-prefetch': '1', 'x-middleware-invoke': '1' },
  { 'x-matched-path': '/sign-in', 'x-now-route-matches': '1=sign-in' },
  {
    'x-invoke-path': '/sign-in',
    'x-invoke-status': '200',
    'x-invoke-query': '%7B%7D',
    'x-invoke-output': '/sign-in',
  },
  {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': '/sign-in',
  },
  {
    'x-original-url': '/sign-in',
    'x-rewrite-url': '/sign-in',
    'x-real-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1',
  },
  { 'x-recordroom-address': '127.0.0.1', 'x-recordroom-person': 'admin', 'x-nonce': 'x' },
  { rsc: '1' },
  { rsc: '1', 'next-router-state-tree': TREE, 'next-url': '/sign-in' },
  { rsc: '1', 'next-router-prefetch': '1', purpose: 'prefetch' },
  { rsc: '1', 'next-router-prefetch': '2', 'next-router-segment-prefetch': '/_tree' },
  { 'x-nextjs-data': '1' },
  { 'next-action': '0'.repeat(42), accept: 'text/x-component' },
  { 'next-resume': '1', 'x-prerender-revalidate': 'x', 'x-prerender-bypass': 'x', 'x-vercel-id': 'x' },
  { authorization: 'Bearer admin', 'x-user': 'admin', 'x-remote-user': 'admin' },
]

/** A path in other letters that somebody between might take for the same. */
function spell(path: string): string[] {
  const [pathname = '', query] = path.split('?')
  const search = query === undefined ? '' : `?${query}`
  const join = query === undefined ? '?' : '&'
  const first = pathname.charCodeAt(1).toString(16)
  return [
    `/${path}`,
    `${pathname.replace(/(?<=.)\//g, '//')}//${search}`,
    `/.${path}`,
    `/sign-in/..${path}`,
    `/sign-in/%2e%2e${path}`,
    `/sign-in/..%2f${pathname.slice(1)}${search}`,
    `/%2f${pathname.slice(1)}${search}`,
    `/%252f${pathname.slice(1)}${search}`,
    `/${pathname.slice(1).replaceAll('/', '%2f')}${search}`,
    `\\${pathname.slice(1)}${search}`,
    pathname.replaceAll('/', '\\'),
    `/%5c${pathname.slice(1)}${search}`,
    `${pathname}/${search}`,
    `${pathname}/.${search}`,
    `${pathname};x=1${search}`,
    `${pathname}%00${search}`,
    `${pathname}%20${search}`,
    `${pathname}/index${search}`,
    pathname.length > 1 ? `/%${first}${pathname.slice(2)}${search}` : '/%20',
    pathname.toUpperCase() + search,
    `${pathname}.rsc${search}`,
    `${pathname}.prefetch.rsc${search}`,
    `${pathname}.segments/_tree.segment.rsc${search}`,
    `${pathname}.json${search}`,
    `${path}${join}_rsc=1`,
    `${path}${join}__nextDefaultLocale=en&_method=GET`,
    `/_next/data/x${pathname === '/' ? '/index' : pathname}.json${search}`,
    `/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`,
    `/_next/static/..${path}`,
    `/en${path}`,
    `http://localhost${path}`,
  ]
}

const METHODS = ['HEAD', 'OPTIONS', 'TRACE', 'GET', 'POST', 'PATCH']
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Every other way to ask what is asked plainly. */
export function listWays(path: string, asking: Asking): Way[] {
  const method = asking.method ?? 'GET'
  const overrides = Object.fromEntries(OVERRIDES.map((name) => [name, method]))
  return [
    ...HEADERS.map((headers) => ({
      ...asking,
      name: `${method} with ${Object.keys(headers).join()}`,
      path,
      headers,
    })),
    ...spell(path).map((spelt) => ({ ...asking, name: `${method} ${spelt}`, path: spelt })),
    ...METHODS.filter((other) => other !== method).map((other) => ({
      name: `${other} for ${method}`,
      path,
      method: other,
    })),
    { name: `POST said to be ${method}`, path, method: 'POST', headers: overrides },
  ]
}

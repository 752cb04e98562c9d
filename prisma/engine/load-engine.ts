import { readFileSync } from 'node:fs'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { createAdapterFactory } from './adapter.ts'

type Methods = (method: string, params: unknown) => Promise<unknown>
type Exports = WebAssembly.Exports & { __wbindgen_start(): void }

let panic = ''

/** What the engine said when it broke down; empty as long as it has not. */
export function panicMessage(): string {
  return panic
}

/** The WebAssembly engine over one database, its methods by name. */
export async function loadEngine(schemas: [path: string, text: string][], url: string): Promise<Methods> {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => {
        panic = message
      },
    },
  })
  const wasm = new URL(
    './schema_engine_bg.wasm',
    import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'),
  )
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {
    './schema_engine_bg.js': parseImports(bindings),
  })
  const exports = parseExports(instance.exports)
  bindings.__wbg_set_wasm(exports)
  exports.__wbindgen_start()

  const engine = await bindings.SchemaEngine.new(
    { datamodels: schemas.length === 0 ? undefined : schemas },
    () => {},
    bindMigrationAwareSqlAdapterFactory(createAdapterFactory(url)),
  )
  return async (method, params) => {
    const call: unknown = Reflect.get(engine, method)
    if (typeof call !== 'function') throw new Error(`the schema engine has no method ${method}`)
    return Reflect.apply(call, engine, [params])
  }
}

function parseImports(module: object): WebAssembly.ModuleImports {
  return module as WebAssembly.ModuleImports
}

function parseExports(exports: WebAssembly.Exports): Exports {
  return exports as Exports
}

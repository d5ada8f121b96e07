import { cpSync, createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Mermaid as modules that a browser can load. */
const DIST = dirname(createRequire(import.meta.url).resolve('mermaid/dist/mermaid.esm.min.mjs'))
const FILES = /^\/mermaid\/((?:chunks\/mermaid\.esm\.min\/)?[\w.-]+\.mjs)(?:\?.*)?$/

interface DevServer {
  readonly middlewares: {
    use(
      handler: (
        request: { readonly url?: string | undefined },
        response: NodeJS.WritableStream & { setHeader(name: string, value: string): unknown },
        next: () => void,
      ) => void,
    ): unknown
  }
}

/** Serves the files of Mermaid below `/mermaid/`. They are not bundled, because that would take minutes. */
export const serveMermaid = {
  name: 'tautline:mermaid',
  configureServer({ middlewares }: DevServer): void {
    middlewares.use((request, response, next) => {
      const file = FILES.exec(request.url ?? '')?.[1]
      if (file === undefined) return next()
      response.setHeader('content-type', 'text/javascript')
      createReadStream(join(DIST, file)).on('error', next).pipe(response)
    })
  },
}

/** Copies the files of Mermaid into the built site. */
export function copyMermaid(outDir: string): void {
  const copy = (path: string): void =>
    cpSync(join(DIST, path), join(outDir, 'mermaid', path), {
      recursive: true,
      filter: (source) => !source.endsWith('.map'),
    })
  copy('mermaid.esm.min.mjs')
  copy('chunks/mermaid.esm.min')
}

// @vitest-environment node
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../scripts/processes.ts'
import { visitNodes } from '../../scripts/syntax.ts'

interface Payload {
  readonly sources: readonly string[]
  readonly sourcesContent?: readonly unknown[]
}

const read = (file: string): string => readFileSync(file, 'utf8')
const readMap = (file: string): SourceMap => new SourceMap(JSON.parse(read(`${file}.map`)))
/** The types of Node have an empty object for a position without a mapping. */
const find = (map: SourceMap, line: number, column: number) => {
  const entry = map.findEntry(line, column)
  return 'originalSource' in entry ? entry : undefined
}

/** The types of Node lack this member. */
function nameOf(entry: object): string | undefined {
  const name: unknown = Reflect.get(entry, 'name')
  return typeof name === 'string' ? name : undefined
}

describe.each(['core', 'react', 'vue'])('the built programs of %s', (name) => {
  const folder = join(ROOT, 'packages', name)
  const programs = globSync('dist/**/*.{js,cjs}', { cwd: folder, exclude: ['dist/react-server/**'] }).map(
    (file) => join(folder, file),
  )

  // esbuild warns about it, because the packages have no side effects, but only if they are not in node_modules.
  test('[production-build] no program imports a file without using its exports', () => {
    const bare = /^(import ['"]|require\()/m
    expect(programs.filter((file) => bare.test(read(file)))).toEqual([])
  })

  test('[production-build] each program names its map, and each map names sources that are in the package', () => {
    const wrong: string[] = []
    for (const file of programs) {
      expect(read(file).match(/^\/\/# sourceMappingURL=.*$/gm)).toEqual([
        `//# sourceMappingURL=${relative(dirname(file), file)}.map`,
      ])
      const { sources, sourcesContent = [] } = JSON.parse(read(`${file}.map`)) as Payload // written by the build
      // The sources are in the package once, not in each map.
      expect(sourcesContent.filter(Boolean)).toEqual([])
      for (const source of sources) {
        const path = relative(folder, resolve(dirname(file), source))
        const isSource = /^src\/.*\.ts$/.test(path) && !/\.test(-d)?\./.test(path)
        if (!source.startsWith('../') || !isSource || !existsSync(join(folder, path))) wrong.push(source)
      }
    }
    expect(programs.length).toBeGreaterThan(10)
    expect(wrong).toEqual([])
    expect(programs.filter((file) => read(`${file}.map`).includes(ROOT))).toEqual([])
  })

  test('[production-build] each name in a program is mapped to the same name in its source, also if it is shortened', () => {
    const counts = { mapped: 0, shortened: 0 }
    const wrong: string[] = []
    for (const file of programs) {
      const map = readMap(file)
      const sources = new Map<string, readonly string[]>()
      visitNodes(file, read(file), (node, program) => {
        if (!ts.isIdentifier(node)) return
        const { line, character } = program.getLineAndCharacterOfPosition(node.getStart())
        const entry = find(map, line, character)
        if (entry?.generatedLine !== line || entry.generatedColumn !== character) return
        const source = join(dirname(file), entry.originalSource)
        if (!sources.has(source)) sources.set(source, read(source).split('\n'))
        const original = sources.get(source)?.[entry.originalLine]?.slice(entry.originalColumn) ?? ''
        const originalName = nameOf(entry) ?? node.text
        counts.mapped++
        if (originalName !== node.text) counts.shortened++
        if (!original.startsWith(originalName)) wrong.push(`${file}:${line + 1}: ${node.text} is ${original}`)
      })
    }
    expect(counts.mapped).toBeGreaterThan(500)
    if (name === 'core') expect(counts.shortened).toBeGreaterThan(5000)
    // Some names of the build are those of no source: `_CacheEntry` is a class in its own methods.
    expect(wrong.length, wrong.slice(0, 20).join('\n')).toBeLessThan(counts.mapped / 1000)
  })
})

test.each(['index.js', 'production/index.js', 'production/index.cjs'])(
  '[production-build] Node shows the source line that threw an error of %s',
  (build) => {
    const program = `const { createWebSocket } = await import('./dist/${build}'); createWebSocket('/').close(1)`
    const argv = ['--enable-source-maps', '--input-type=module', '--eval', program]
    const { stderr } = spawnSync(process.execPath, argv, {
      cwd: join(ROOT, 'packages/core'),
      encoding: 'utf8',
    })
    const file = 'src/shared/close-codes.ts'
    const source = read(join(ROOT, 'packages/core', file))
    const line = source.slice(0, source.indexOf("throw new TautlineError('bad-close'")).split('\n').length
    expect(stderr).toContain(`${join('packages/core', file)}:${line}:11`)
  },
)

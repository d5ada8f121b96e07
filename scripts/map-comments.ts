import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Returns a program without the comments that name its source map. */
export const withoutMapComment = (code: string): string =>
  `${code.replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '').trimEnd()}\n`

/** Returns the comment that names the source map of a file. */
export const mapComment = (file: string): string => `//# sourceMappingURL=${basename(file)}.map\n`

/** Leaves one such comment in each program: tsup and Rollup each write one. @param dist the folder of the programs */
export function tidyMapComments(dist: string): void {
  for (const name of globSync('**/*.{js,cjs}', { cwd: dist })) {
    const file = join(dist, name)
    writeFileSync(file, withoutMapComment(readFileSync(file, 'utf8')) + mapComment(file))
  }
}

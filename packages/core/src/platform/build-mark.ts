/** The name under which the production build marks a page. */
export const PRODUCTION_MARK = '@tautline/core: production'

/** The module format of this build: `esm` or `cjs`. The build sets it; the sources have none. */
declare const MODULE_FORMAT: unknown

const markOf = (format: unknown) => `@tautline/core: development, ${String(format)}`

/** Marks the page, so that another copy of the package can warn. Production has `build-mark.production.ts` instead. */
export function markBuild(page: Record<string, unknown>): void {
  if (typeof MODULE_FORMAT === 'string') page[markOf(MODULE_FORMAT)] = true
}

/** Whether a page has the development build both as ES modules and as CommonJS. */
export const hasBothFormats = (page: object): boolean => markOf('esm') in page && markOf('cjs') in page

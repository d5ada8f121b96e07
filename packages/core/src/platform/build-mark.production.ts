/** The name under which the production build marks a page. */
export const PRODUCTION_MARK = '@tautline/core: production'

/** Marks the page, so that a development build beside this one can warn. */
export function markBuild(page: Record<string, unknown>): void {
  page[PRODUCTION_MARK] = true
}

/** Not needed in production, which does not warn. */
export const hasBothFormats = (_page: object): boolean => false

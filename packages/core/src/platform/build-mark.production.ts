/** The name under which the production build marks a page. */
export const PRODUCTION_MARK = '@tautline/core: production'

/** Marks the page, so that a development build beside this one can warn. */
export function markBuild(page: { [PRODUCTION_MARK]?: boolean }): void {
  page[PRODUCTION_MARK] = true
}

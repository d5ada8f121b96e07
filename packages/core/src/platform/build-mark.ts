/** The name under which the production build marks a page. */
export const PRODUCTION_MARK = '@tautline/core: production'

/** Marks the page, in the production build only, which has `build-mark.production.ts` in place of this file. */
export const markBuild = (_page: object): void => {}

/** The time since the page was opened, in s. */
export const pageSeconds = (): number => performance.now() / 1000

export interface Job {
  /** The folder of the project with the installed packages. */
  readonly project: string
  /** The program of the page. */
  readonly entry: string
  /** The file that the bundle is written to. */
  readonly output: string
  readonly isProduction: boolean
}

/** Builds a page as the tool's own instructions say, and returns its warnings. Rejects if the build fails. */
export type Build = (job: Job) => Promise<readonly string[]>

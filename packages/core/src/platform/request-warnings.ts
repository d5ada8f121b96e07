import { lengthOf } from '../shared/body-size.ts'
import { hasWarned, warnOnce } from './dev-warnings.ts'
import type { Environment } from './environment.ts'
import { xmlHttpRequestOf } from './network.ts'

/** Bundlers replace it. Without a bundler or Node it does not exist, so reading it throws. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Warns, once and in development, about headers of a provider that are not sent to another origin. */
export function warnAboutWithheldHeaders(origin: string): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        `headers ${origin}`,
        `The headers of the provider were not sent to ${origin}, which is neither the origin of the page nor that of the provider's \`baseUrl\`. Set \`baseUrl\` in the provider, or the headers in the hook.`,
      )
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about a store that cannot be read or written. */
export function warnAboutStore(cause: unknown): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'store',
        `Responses could not be stored or restored (${cause instanceof Error ? cause.name : 'unknown error'}). The page works as without a store. Check that the browser allows storage, and that it is not full.`,
      )
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about responses that are not stored because of a request header. */
export function warnAboutUnstoredHeader(name: string): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        `store ${name}`,
        `Responses to requests with the header ${name} are not stored, because values of headers are not stored. If it makes no difference to the response, list it in \`ignoreHeaders\`. If it does, add what it says to \`key\` too.`,
      )
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about components that suspend for another request at each render. */
export function warnAboutSuspenseLoop(): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'suspense',
        'A component suspends again and again, because each of its renders makes another request. Create `cache` and `environment` outside of the component, and put no current time or random number into the URL, `query`, `headers` or `json`.',
      )
  } catch {
    // Not in development.
  }
}

/** From this size on, in bytes, an upload takes so long that its progress is of interest. */
const LARGE_BODY_BYTES = 64_000

interface UploadEntry {
  readonly context: { readonly environment: Environment }
  readonly observers: Iterable<{ readonly isFrameworkOwned: boolean; isTracked(field: 'progress'): boolean }>
  primarySource(): { readonly options: { readonly upload?: object | undefined } }
}

/** Warns, once and in development, about a component that reads the progress of an upload that is not counted. */
export function warnAboutUploadProgress(entry: UploadEntry, init: RequestInit): void {
  try {
    if (process.env.NODE_ENV !== 'production' && !hasWarned('upload')) {
      const size = lengthOf(init.body)
      if (size <= LARGE_BODY_BYTES || size === Number.POSITIVE_INFINITY || init.credentials === 'omit') return
      if (!xmlHttpRequestOf(entry.context.environment) || entry.primarySource().options.upload) return
      if ([...entry.observers].some((each) => each.isFrameworkOwned && each.isTracked('progress')))
        warnOnce(
          'upload',
          'A component reads `progress` of an upload, but what was sent is not counted. Set `upload: uploadProgress()` to count it in `progress.sent`.',
        )
    }
  } catch {
    // Not in development.
  }
}

import { json } from '@tautline/core'

/** The document: a list. Each version has one more item. */
export type Items = readonly { readonly n: number; readonly text: string }[]

/** Defined once, so that a response is decoded once for all components. */
const codec = json<Items>()

/** One early retry, so that a failure is shown soon. */
const retry = { limit: 1, delay: () => 300 }

export const documentOptions = { codec, retry } as const

/** The state of the cached response, without its content. */
export interface ResponseState {
  /** In ms since 1970. */
  readonly staleAt: number | undefined
  readonly isFetching: boolean
  readonly waitingFor: string | undefined
}

/** The current state as text. */
function stateText({ staleAt, isFetching, waitingFor }: ResponseState): string {
  const left = (staleAt ?? 0) - Date.now()
  const age =
    staleAt === undefined ? 'no response' : left > 0 ? `fresh for ${(left / 1000).toFixed(1)} s` : 'stale'
  if (!isFetching) return age
  if (waitingFor === 'online') return `${age}, waiting for the network`
  return staleAt === undefined ? 'loading' : `${age}, revalidating`
}

/** Draws the remaining freshness as a bar and as text. Called in every frame, outside of the frameworks, so that no component renders. */
export function drawState(element: HTMLElement, state: ResponseState, since: number): void {
  const [bar, label] = element.children
  const { staleAt = 0 } = state
  const share = Math.max(0, Math.min(1, (staleAt - Date.now()) / Math.max(1, staleAt - since)))
  if (bar instanceof HTMLElement) bar.style.setProperty('--share', share.toFixed(3))
  const text = stateText(state)
  if (label && label.textContent !== text) label.textContent = text
}

/** The error below a card. */
export function errorText(status: string, error: Error | undefined): string {
  if (error === undefined) return ''
  return status === 'success' ? `${error.message} Showing the stale response.` : error.message
}

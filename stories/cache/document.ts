import { json } from '@tautline/core'

/** The document: a list that grows by one item with each version. */
export type Items = readonly { readonly n: number; readonly text: string }[]

/** Outside the components, so that the answer is read once for all of them. */
const codec = json<Items>()

/** One retry soon, so that a failure is seen while one looks. */
const retry = { limit: 1, delay: () => 300 }

export const documentOptions = { codec, retry } as const

/** What is told of the answer beside its content. */
export interface Phase {
  /** In ms since 1970. */
  readonly staleAt: number | undefined
  readonly isFetching: boolean
  readonly waitingFor: string | undefined
}

/** In words, as of now. */
function phaseText({ staleAt, isFetching, waitingFor }: Phase): string {
  const left = (staleAt ?? 0) - Date.now()
  const age =
    staleAt === undefined ? 'nothing yet' : left > 0 ? `fresh for ${(left / 1000).toFixed(1)} s` : 'stale'
  if (!isFetching) return age
  if (waitingFor === 'online') return `${age}, waits for the network`
  return staleAt === undefined ? 'is asked for' : `${age}, is being validated`
}

/** Draws how much of its time is left, and says it; called once a frame, so that no component has to render. */
export function drawPhase(element: HTMLElement, phase: Phase, since: number): void {
  const [bar, words] = element.children
  const { staleAt = 0 } = phase
  const share = Math.max(0, Math.min(1, (staleAt - Date.now()) / Math.max(1, staleAt - since)))
  if (bar instanceof HTMLElement) bar.style.setProperty('--share', share.toFixed(3))
  const text = phaseText(phase)
  if (words && words.textContent !== text) words.textContent = text
}

/** What is kept instead of the answer that failed, or that there is nothing. */
export function errorText(status: string, error: Error | undefined): string {
  if (error === undefined) return ''
  return status === 'success' ? `${error.message}: the old answer stands in for it` : error.message
}

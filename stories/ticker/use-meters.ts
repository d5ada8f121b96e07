import { useEffect, useState } from 'react'
import type { Reading } from './ticks.ts'

/** How often the meters are read, in ms. */
const INTERVAL = 500
const KEPT = 48

export interface Rates {
  readonly messages: number
  readonly renders: number
}

export interface Meters {
  readonly react: Rates
  readonly vue: Rates
  readonly frames: number
  readonly received: number
  readonly lost: number
  /** Messages a second, oldest first. */
  readonly history: readonly number[]
}

const still: Rates = { messages: 0, renders: 0 }
const atRest: Meters = { react: still, vue: still, frames: 0, received: 0, lost: 0, history: [] }

/** Reads both panes twice a second, beside them: what measures must not make them render. */
export function useMeters(react: Reading, vue: Reading): Meters {
  const [meters, setMeters] = useState(atRest)
  useEffect(() => {
    let frames = 0
    let frame = requestAnimationFrame(function count() {
      frames += 1
      frame = requestAnimationFrame(count)
    })
    let before = { at: performance.now(), frames, react: react.read(), vue: vue.read() }
    const timer = setInterval(() => {
      const now = { at: performance.now(), frames, react: react.read(), vue: vue.read() }
      const seconds = (now.at - before.at) / 1000
      const rates = (name: 'react' | 'vue'): Rates => ({
        messages: (now[name].ticks.received - before[name].ticks.received) / seconds,
        renders: (now[name].renders - before[name].renders) / seconds,
      })
      const next = {
        react: rates('react'),
        vue: rates('vue'),
        frames: (now.frames - before.frames) / seconds,
      }
      before = now
      setMeters(({ history }) => ({
        ...next,
        received: now.react.ticks.received + now.vue.ticks.received,
        lost: now.react.ticks.lost + now.vue.ticks.lost,
        history: [...history.slice(1 - KEPT), next.react.messages],
      }))
    }, INTERVAL)
    return () => {
      cancelAnimationFrame(frame)
      clearInterval(timer)
    }
  }, [react, vue])
  return meters
}

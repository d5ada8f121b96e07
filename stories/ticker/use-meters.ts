import { useEffect, useState } from 'react'
import type { RenderCounter } from './ticks.ts'

/** Time between two measurements, in ms. */
const INTERVAL_MS = 500
const MAX_HISTORY = 48

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
  /** Messages per second, oldest first. */
  readonly history: readonly number[]
}

const noRates: Rates = { messages: 0, renders: 0 }
const noMeters: Meters = { react: noRates, vue: noRates, frames: 0, received: 0, lost: 0, history: [] }

/** Measures both panels twice per second, outside of them, so that the measurement does not render them. */
export function useMeters(react: RenderCounter, vue: RenderCounter): Meters {
  const [meters, setMeters] = useState(noMeters)
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
        history: [...history.slice(1 - MAX_HISTORY), next.react.messages],
      }))
    }, INTERVAL_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearInterval(timer)
    }
  }, [react, vue])
  return meters
}

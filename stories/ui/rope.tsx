import './rope.css'
import type { Status } from '@tautline/core'
import { useEffect, useRef } from 'react'

/** How far the line hangs through, in units of its height. */
const SAG: Record<Status, number> = { idle: 20, connecting: 6, open: 0, backoff: 26, closed: 34 }
const MIDDLE = 22

const pathOf = (sag: number): string => `M0 ${MIDDLE} Q 50 ${MIDDLE + sag} 100 ${MIDDLE}`

/** The line between the page and its server: taut while it is up. */
export function Rope(props: { readonly status: Status; readonly from: string; readonly to: string }) {
  const { status, from, to } = props
  const path = useRef<SVGPathElement>(null)
  useEffect(() => tighten(path.current, SAG[status]), [status])
  return (
    <div className="rope" data-status={status}>
      <span className="rope-end">{from}</span>
      <span className="rope-line">
        <svg viewBox="0 0 100 44" preserveAspectRatio="none" aria-hidden="true">
          <path ref={path} d={pathOf(MIDDLE)} data-sag={MIDDLE} />
        </svg>
      </span>
      <span className="rope-end">{to}</span>
    </div>
  )
}

/** Moves towards the sag as a spring would: one that is tightened swings a little. */
function tighten(path: SVGPathElement | null, goal: number): (() => void) | undefined {
  if (path === null) return undefined
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  let sag = still ? goal : Number(path.dataset['sag'])
  let speed = 0
  let frame = 0
  const step = (): void => {
    speed = (speed + (goal - sag) * 0.12) * 0.82
    sag += speed
    if (Math.abs(goal - sag) + Math.abs(speed) < 0.05) sag = goal
    path.setAttribute('d', pathOf(sag))
    path.dataset['sag'] = String(sag)
    if (sag !== goal) frame = requestAnimationFrame(step)
  }
  step()
  return () => cancelAnimationFrame(frame)
}

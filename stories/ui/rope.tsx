import './rope.css'
import type { Status } from '@tautline/core'
import { useEffect, useRef } from 'react'

/** How far the rope sags, in units of the drawing. */
const SAG: Record<Status, number> = { idle: 20, connecting: 6, open: 0, backoff: 26, closed: 34 }
const MIDDLE = 22

const pathOf = (sag: number): string => `M0 ${MIDDLE} Q 50 ${MIDDLE + sag} 100 ${MIDDLE}`

/** Draws the connection as a rope: taut while it is open, slack while it is down. */
export function Rope(props: { readonly status: Status; readonly from: string; readonly to: string }) {
  const { status, from, to } = props
  const path = useRef<SVGPathElement>(null)
  useEffect(() => animateSag(path.current, SAG[status]), [status])
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

/** Moves the rope to its new sag like a spring. Returns a function that stops the movement. */
function animateSag(path: SVGPathElement | null, target: number): (() => void) | undefined {
  if (path === null) return undefined
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches
  let sag = reducedMotion ? target : Number(path.dataset['sag'])
  let speed = 0
  let frame = 0
  const step = (): void => {
    speed = (speed + (target - sag) * 0.12) * 0.82
    sag += speed
    if (Math.abs(target - sag) + Math.abs(speed) < 0.05) sag = target
    path.setAttribute('d', pathOf(sag))
    path.dataset['sag'] = String(sag)
    if (sag !== target) frame = requestAnimationFrame(step)
  }
  step()
  return () => cancelAnimationFrame(frame)
}

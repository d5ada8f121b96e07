import { useEffect, useState } from 'react'
import { Figure } from '../ui/figure.tsx'

/** Counts down to the next attempt. */
export function Countdown({ retryAt }: { readonly retryAt: number | undefined }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (retryAt === undefined) return undefined
    const timer = setInterval(() => setNow(Date.now()), 100)
    return () => clearInterval(timer)
  }, [retryAt])
  if (retryAt === undefined) return <Figure name="Next attempt in" value="–" />
  return (
    <Figure
      name="Next attempt in"
      value={(Math.max(0, retryAt - now) / 1000).toFixed(1)}
      unit="s"
      tone="busy"
    />
  )
}

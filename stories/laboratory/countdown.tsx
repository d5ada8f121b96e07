import { useEffect, useState } from 'react'
import { Figure } from '../ui/figure.tsx'

/** The wait for the next attempt, as it runs out. */
export function Countdown({ retryAt }: { readonly retryAt: number | undefined }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (retryAt === undefined) return undefined
    const timer = setInterval(() => setNow(Date.now()), 100)
    return () => clearInterval(timer)
  }, [retryAt])
  if (retryAt === undefined) return <Figure name="Next try in" value="–" />
  return (
    <Figure name="Next try in" value={(Math.max(0, retryAt - now) / 1000).toFixed(1)} unit="s" tone="busy" />
  )
}

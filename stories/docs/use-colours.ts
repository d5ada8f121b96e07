import { useEffect, useState } from 'react'

const NAMES = { ink: '--ink', muted: '--muted', accent: '--accent', soft: '--accent-soft', surface: '--surface' } as const

type Colours = Readonly<Record<keyof typeof NAMES, string>>

/** The tokens as plain colours, for what cannot read custom properties; new ones when the theme changes. */
export function useColours(): Colours {
  const [colours, setColours] = useState(read)
  useEffect(() => {
    const update = (): void => setColours(read())
    const media = matchMedia('(prefers-color-scheme: dark)')
    const observer = new MutationObserver(update)
    media.addEventListener('change', update)
    observer.observe(document.documentElement, { attributeFilter: ['style'] })
    update()
    return () => {
      media.removeEventListener('change', update)
      observer.disconnect()
    }
  }, [])
  return colours
}

function read(): Colours {
  const probe = document.body.appendChild(document.createElement('i'))
  const colourOf = (name: string): string => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const { ink, muted, accent, soft, surface } = NAMES
  const colours = {
    ink: colourOf(ink),
    muted: colourOf(muted),
    accent: colourOf(accent),
    soft: colourOf(soft),
    surface: colourOf(surface),
  }
  probe.remove()
  return colours
}

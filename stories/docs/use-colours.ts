import { useEffect, useState } from 'react'

export interface Colours {
  readonly ink: string
  readonly muted: string
  readonly accent: string
  readonly soft: string
  readonly surface: string
}

/** The colours of `tokens.css` for libraries that cannot read custom properties. Updated when the theme changes. */
export function useColours(): Colours {
  return useThemed(readColours)
}

/** Whether the page is dark. */
export function useDark(): boolean {
  return useThemed(() => readColour('light-dark(white, black)') === 'rgb(0, 0, 0)')
}

function useThemed<Value>(read: () => Value): Value {
  const [value, setValue] = useState(read)
  useEffect(() => {
    // Keeps the old object if the colours are equal, so that nothing renders.
    const update = (): void =>
      setValue((before) => {
        const next = read()
        return JSON.stringify(next) === JSON.stringify(before) ? before : next
      })
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
  return value
}

const readColours = (): Colours => ({
  ink: readColour('var(--ink)'),
  muted: readColour('var(--muted)'),
  accent: readColour('var(--accent)'),
  soft: readColour('var(--accent-soft)'),
  surface: readColour('var(--surface)'),
})

function readColour(value: string): string {
  const probe = document.body.appendChild(document.createElement('i'))
  probe.style.color = value
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

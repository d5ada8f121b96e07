import { Panel } from '../ui/stage.tsx'
import { type Caching, choices, flags, headerOf, explain, presets } from './caching.ts'

interface HeaderProps {
  readonly caching: Caching
  readonly set: (caching: Caching) => void
}

/** Sets the `Cache-Control` header of the following responses. */
export function HeaderPanel({ caching, set }: HeaderProps) {
  const header = headerOf(caching)
  return (
    <Panel title="Cache-Control" detail="of the next response">
      <div className="panel-body header-panel">
        <div className="row" role="group" aria-label="Presets">
          {presets.map((preset) => (
            <button
              key={preset.name}
              className="button"
              aria-pressed={headerOf(preset.caching) === header}
              onClick={() => set(preset.caching)}
            >
              {preset.name}
            </button>
          ))}
        </div>
        <Directives caching={caching} set={set} />
        <output className="header-text" aria-label="The header">
          Cache-Control: <b>{header || '(none)'}</b>
        </output>
        <ul className="header-explanation">
          {explain(caching).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}

type Span = keyof typeof choices

function Directives({ caching, set }: HeaderProps) {
  // Keeps the order of the directives, whichever was changed last.
  const { 'max-age': age, 'stale-while-revalidate': window, 'stale-if-error': errors, ...rest } = caching
  const change = (part: Caching): void =>
    set({ 'max-age': age, 'stale-while-revalidate': window, 'stale-if-error': errors, ...rest, ...part })
  const spans = Object.keys(choices) as Span[]
  return (
    <div className="directives">
      {spans.map((name) => (
        <label key={name} className="directive">
          <span>{name}</span>
          <select
            className="field"
            value={caching[name] ?? ''}
            onChange={(event) => change({ [name]: numberOf(event.target.value) })}
          >
            {choices[name].map((seconds) => (
              <option key={seconds ?? 'none'} value={seconds ?? ''}>
                {seconds === undefined ? 'none' : `${seconds} s`}
              </option>
            ))}
          </select>
        </label>
      ))}
      <div className="directive-flags">
        {flags.map((name) => (
          <label key={name} className="directive" data-flag>
            <input
              type="checkbox"
              checked={caching[name] === true}
              onChange={(event) => change({ [name]: event.target.checked })}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </div>
  )
}

const numberOf = (text: string): number | undefined => (text === '' ? undefined : Number(text))

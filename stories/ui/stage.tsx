import './figures.css'
import type { ReactNode } from 'react'
import { useServer } from '../server/server-context.ts'

/** The page of a story: title, description, the server in use, and the content. */
export function Stage(props: {
  readonly title: string
  readonly description: ReactNode
  readonly children: ReactNode
}) {
  const { title, description, children } = props
  return (
    <main className="stage">
      <header className="stage-head">
        <h1>{title}</h1>
        <ServerBadge />
        <p>{description}</p>
      </header>
      <div className="stack">{children}</div>
    </main>
  )
}

function ServerBadge() {
  const { kind, name } = useServer()
  return (
    <span className="badge" data-kind={kind} title="The server that this story connects to">
      {name}
    </span>
  )
}

/** A box with a heading. `aside` is shown at the right of the heading. */
export function Panel(props: {
  readonly title: string
  readonly detail?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}) {
  const { title, detail, aside, children, className = '' } = props
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header className="panel-head">
        <h2>
          {title} {detail !== undefined && <small>{detail}</small>}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

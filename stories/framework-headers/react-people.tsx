import { useFetch } from '@tautline/react'
import { type FormEvent, useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { formErrorsOf, listOptions, removeOptions, saveOptions } from './client.ts'

/** Two pages: a list, and a form. Only one of them is mounted. */
export function ReactPeople() {
  const [page, setPage] = useState<'list' | 'form'>('list')
  return page === 'list' ? <List openForm={() => setPage('form')} /> : <Form close={() => setPage('list')} />
}

function List({ openForm }: { readonly openForm: () => void }) {
  const { data, status, error, isFetching } = useFetch('/users', listOptions)
  const remove = useFetch(null, removeOptions)
  return (
    <Panel title="React" detail="people" aside={<StatusPill status={isFetching ? 'pending' : status} />}>
      <ul className="framework-list" aria-label="People in React">
        {data?.items.map(({ id, name, email }) => (
          <li key={id}>
            <span>
              <b>{name}</b> <span className="note">{email}</span>
            </span>
            <button
              className="button"
              aria-label={`Delete ${name}`}
              onClick={() => void remove.execute({ url: `/users/${id}` })}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      <div className="row framework-bar">
        <button className="button" data-look="primary" onClick={openForm}>
          New person
        </button>
        <span className="note" role="status">
          {(error ?? remove.error)?.message ?? (data && isFetching ? 'Checking for changes …' : '')}
        </span>
      </div>
    </Panel>
  )
}

const fields = ['name', 'email'] as const

function Form({ close }: { readonly close: () => void }) {
  const { error, isFetching, execute } = useFetch('/users', saveOptions)
  const errors = formErrorsOf(error)
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const values = Object.fromEntries(new FormData(event.currentTarget))
    await execute({ json: { ...values, role: 'viewer' } }).then(close, () => undefined) // shown by `error`
  }
  return (
    <Panel title="React" detail="new person">
      <form className="panel-body framework-form" noValidate onSubmit={(event) => void submit(event)}>
        {fields.map((name) => (
          <div key={name}>
            <label htmlFor={`react-${name}`}>{name === 'name' ? 'Name' : 'Email'}</label>
            <input
              id={`react-${name}`}
              className="field"
              name={name}
              aria-invalid={name in errors.fields}
              aria-describedby={`react-${name}-error`}
            />
            <p id={`react-${name}-error`} className="framework-error">
              {errors.fields[name]}
            </p>
          </div>
        ))}
        <p className="framework-error" role="alert">
          {errors.form}
        </p>
        <div className="row">
          <button className="button" data-look="primary" disabled={isFetching}>
            {isFetching ? 'Saving …' : 'Save'}
          </button>
          <button className="button" type="button" onClick={close}>
            Back to the list
          </button>
        </div>
      </form>
    </Panel>
  )
}

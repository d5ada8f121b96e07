import { useFetch } from '@tautline/react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Pictures } from './picture.ts'
import { PictureRow } from './react-picture-row.tsx'
import {
  type Draft,
  NEW,
  type Role,
  type Row,
  complaintsOf,
  draftOf,
  roles,
  saving,
  userCodec,
} from './user.ts'

export interface FormProps {
  readonly server: string
  /** `NEW`: of nobody yet. */
  readonly id: number
  readonly user: Row | undefined
  readonly pictures: Pictures
  readonly saved: (id: number, draft: Draft, rollback: Promise<unknown>) => void
  readonly removed: (id: number, rollback: Promise<unknown>) => void
  readonly close: () => void
}

/** What asks the server, and tells the list of it beforehand. */
function useSaving({ server, id, saved, removed, close }: FormProps) {
  const url = `${server}/users`
  const save = useFetch(url, { enabled: false, codec: userCodec, invalidates: [url] })
  const remove = useFetch(`${url}/${id}`, { enabled: false, method: 'DELETE', invalidates: [url] })
  return {
    isSaving: save.isFetching,
    isBusy: save.isFetching || remove.isFetching,
    complaints: complaintsOf(save.error ?? remove.error),
    async submit(draft: Draft): Promise<void> {
      const answer = save.execute(saving(url, id, draft))
      saved(id, draft, answer)
      await answer.then(close, () => undefined) // save.error tells
    },
    async drop(): Promise<void> {
      const answer = remove.execute()
      removed(id, answer)
      await answer.then(close, () => undefined)
    },
  }
}

export function UserForm(props: FormProps) {
  const { server, id, user, pictures, close } = props
  const [draft, setDraft] = useState(() => draftOf(user))
  const { isSaving, isBusy, complaints, submit, drop } = useSaving(props)
  const name = id === NEW ? 'New user' : draft.name
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    void submit(draft)
  }
  return (
    <form className="user-form" aria-label={`${name}, in React`} noValidate onSubmit={onSubmit}>
      <h3>{name}</h3>
      {user && <PictureRow server={server} user={user} pictures={pictures} />}
      <Fields draft={draft} errors={complaints.fields} change={(part) => setDraft({ ...draft, ...part })} />
      <p className="form-whole" role="alert">
        {complaints.whole}
      </p>
      <div className="row">
        <button className="button" data-look="primary" disabled={isBusy}>
          {isSaving ? 'Saving …' : 'Save'}
        </button>
        <button className="button" type="button" onClick={close}>
          Close
        </button>
        {id !== NEW && (
          <button
            className="button form-delete"
            data-look="danger"
            type="button"
            disabled={isBusy}
            onClick={() => void drop()}
          >
            Delete
          </button>
        )}
      </div>
    </form>
  )
}

function Fields(props: {
  readonly draft: Draft
  readonly errors: Readonly<Record<string, string>>
  readonly change: (part: Partial<Draft>) => void
}) {
  const { draft, errors, change } = props
  const text = (name: 'name' | 'email' | 'city', label: string) => (
    <Labelled label={label} error={errors[name]}>
      {(given) => (
        <input
          {...given}
          className="field"
          value={draft[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Labelled>
  )
  return (
    <div className="form-fields">
      {text('name', 'Name')}
      {text('email', 'Email')}
      {text('city', 'City')}
      <Labelled label="Role" error={errors['role']}>
        {(given) => (
          <select
            {...given}
            className="field"
            value={draft.role}
            onChange={(event) => change({ role: event.target.value as Role })} // what the options say
          >
            {roles.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        )}
      </Labelled>
    </div>
  )
}

/** What connects a field with its complaint. */
interface Given {
  readonly id: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

function Labelled(props: {
  readonly label: string
  readonly error: string | undefined
  readonly children: (given: Given) => ReactNode
}) {
  const { label, error, children } = props
  const id = useId()
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': `${id}-error` })}
      <p id={`${id}-error`} className="form-error">
        {error}
      </p>
    </div>
  )
}

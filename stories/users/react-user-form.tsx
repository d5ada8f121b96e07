import { useFetch } from '@tautline/react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { Pictures } from './picture.ts'
import { PictureRow } from './react-picture-row.tsx'
import {
  type Draft,
  NEW,
  type Role,
  type Row,
  formErrorsOf,
  draftOf,
  roles,
  saveOptions,
  userCodec,
} from './user.ts'

export interface FormProps {
  readonly server: string
  /** `NEW` for a new user. */
  readonly id: number
  readonly user: Row | undefined
  readonly pictures: Pictures
  readonly saved: (id: number, draft: Draft, rollback: Promise<unknown>) => void
  readonly removed: (id: number, rollback: Promise<unknown>) => void
  readonly close: () => void
}

/** Saves and deletes the user. The list shows each change before the server responds. */
function useSaving({ server, id, saved, removed, close }: FormProps) {
  const url = `${server}/users`
  const save = useFetch(url, { enabled: false, codec: userCodec, invalidates: [url] })
  const remove = useFetch(`${url}/${id}`, { enabled: false, method: 'DELETE', invalidates: [url] })
  return {
    isSaving: save.isFetching,
    isBusy: save.isFetching || remove.isFetching,
    formErrors: formErrorsOf(save.error ?? remove.error),
    async submit(draft: Draft): Promise<void> {
      const response = save.execute(saveOptions(url, id, draft))
      saved(id, draft, response)
      await response.then(close, () => undefined) // shown by `save.error`
    },
    async deleteUser(): Promise<void> {
      const response = remove.execute()
      removed(id, response)
      await response.then(close, () => undefined)
    },
  }
}

export function UserForm(props: FormProps) {
  const { server, id, user, pictures, close } = props
  const [draft, setDraft] = useState(() => draftOf(user))
  const { isSaving, isBusy, formErrors, submit, deleteUser } = useSaving(props)
  const name = id === NEW ? 'New user' : draft.name
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    void submit(draft)
  }
  return (
    <form className="user-form" aria-label={`${name}, in React`} noValidate onSubmit={onSubmit}>
      <h3>{name}</h3>
      {user && <PictureRow server={server} user={user} pictures={pictures} />}
      <Fields draft={draft} errors={formErrors.fields} change={(part) => setDraft({ ...draft, ...part })} />
      <p className="form-error-summary" role="alert">
        {formErrors.form}
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
            onClick={() => void deleteUser()}
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
      {(fieldProps) => (
        <input
          {...fieldProps}
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
        {(fieldProps) => (
          <select
            {...fieldProps}
            className="field"
            value={draft.role}
            onChange={(event) => change({ role: event.target.value as Role })} // the options are the roles
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

/** The attributes that connect a field with its label and its error. */
interface FieldProps {
  readonly id: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

function Labelled(props: {
  readonly label: string
  readonly error: string | undefined
  readonly children: (fieldProps: FieldProps) => ReactNode
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

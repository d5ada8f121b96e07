import { uploadProgress } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useState } from 'react'

const upload = uploadProgress() // counts `progress.sent`

export function Avatar() {
  const [file, setFile] = useState<File>()
  const { status, error, isFetching, progress, execute, abort } = useFetch('/api/avatar', {
    method: 'PUT',
    enabled: false,
    upload,
    timeout: { connect: 120_000 }, // the server may need time to process the picture
  })

  function choose(chosen: File | undefined): void {
    setFile(chosen)
    // A failure is in `error` too, so the promise needs no handler.
    if (chosen) void execute({ body: chosen })
  }

  const isTooLarge = error?.code === 'http' && error.status === 413
  return (
    <>
      <input type="file" accept="image/*" onChange={({ target }) => choose(target.files?.[0])} />
      {file && <progress max={file.size} value={progress.sent} />}
      {file && isFetching && <button onClick={abort}>Cancel</button>}
      {file && !isFetching && (
        <span>{isTooLarge ? 'The picture is too large.' : (error?.message ?? status)}</span>
      )}
    </>
  )
}

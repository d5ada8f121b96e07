import { useFetch } from '@tautline/react'
import { useState } from 'react'
import { type Pictures, drawPicture } from './picture.ts'
import { Avatar } from './react-avatar.tsx'
import { uploadOptions, uploadText, uploadUrl } from './upload.ts'
import type { User } from './user.ts'

/** The picture of a user, with an upload and its progress. */
export function PictureRow(props: {
  readonly server: string
  readonly user: User
  readonly pictures: Pictures
}) {
  const { server, user, pictures } = props
  const [file, setFile] = useState<File>()
  const [pictureCount, setPictureCount] = useState(0)
  const { data, error, isFetching, progress, execute, abort } = useFetch(uploadUrl(server), uploadOptions)

  async function upload(): Promise<void> {
    const picture = drawPicture(user.name, pictureCount)
    setPictureCount(pictureCount + 1)
    setFile(picture)
    await execute({ body: picture }).then(
      () => pictures.add(user.id, picture),
      () => undefined, // shown by `error`
    )
  }
  return (
    <div className="picture">
      <Avatar user={user} pictures={pictures} />
      {isFetching ? (
        <button className="button" type="button" onClick={abort}>
          Cancel
        </button>
      ) : (
        <button className="button" type="button" onClick={() => void upload()}>
          Draw and upload a picture
        </button>
      )}
      {file && (
        <>
          <progress max={file.size} value={progress.sent} aria-label="Sent, in React" />
          <span className="note" role="status">
            {uploadText(progress.sent, file.size, isFetching ? undefined : data, error)}
          </span>
        </>
      )}
    </div>
  )
}

import { Vue } from '../ui/vue.tsx'
import { ReactReader, type ReaderProps } from './react-reader.tsx'
import VueReader from './VueReader.vue'

/** A React and a Vue component with the same connection. */
export function Readers(props: ReaderProps) {
  return (
    <div className="pair">
      <ReactReader {...props} />
      <Vue of={VueReader} with={{ ...props }} />
    </div>
  )
}

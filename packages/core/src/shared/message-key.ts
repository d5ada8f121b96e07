/** Identifies a message in its acknowledgement: a text that is not empty, or a finite number. */
export type MessageKey = string | number

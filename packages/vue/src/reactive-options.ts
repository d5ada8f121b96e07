import type { MaybeRef, MaybeRefOrGetter } from 'vue'

/** The options whose value may be a function. Such a function is never called as a getter. */
type FunctionOption =
  | 'headers'
  | 'body'
  | 'protocols'
  | 'events'
  | 'idempotencyKey'
  | 'initialData'
  | 'select'
  | 'serializeQuery'
  | 'messages'
  | 'dedupeBy'
  | 'fallbackAfter'
  | 'isNext'
  | 'until'
  | 'next'
  | 'previous'
  | `on${string}`

/** The options whose fields may be refs and getters too. */
type Group = 'timeout' | 'retry' | 'pause' | 'outbox' | 'resume' | 'handshake' | 'upgrade'

/** A group of options, whose fields may be refs and getters. */
type ReactiveFields<Value> = Value extends object
  ? { readonly [Name in keyof Value]: Reactive<Value[Name]> }
  : Value

/** A value, or a ref or getter of it. If the value may be a function, a function is no getter. */
type Reactive<Value> = [Extract<Value, (...args: never) => unknown>] extends [never]
  ? MaybeRefOrGetter<Value>
  : MaybeRef<Value>

/** Headers whose values may be refs and getters. */
type ReactiveHeaders =
  | Readonly<Record<string, MaybeRefOrGetter<string>>>
  | readonly (readonly [string, MaybeRefOrGetter<string>])[]

/** A query whose values may be refs and getters. */
type ReactiveQuery<Value> =
  | Value
  | (Value extends Readonly<Record<string, infer Field>>
      ? Readonly<Record<string, MaybeRefOrGetter<Field | readonly MaybeRefOrGetter<Field>[]>>>
      : never)

type ReactiveOption<Name, Value> = Name extends 'headers'
  ? MaybeRef<Value | ReactiveHeaders>
  : Name extends 'query'
    ? MaybeRefOrGetter<ReactiveQuery<Value>>
    : Name extends 'fetch'
      ? MaybeRefOrGetter<Value extends object ? ReactiveOptions<Value> : Value>
      : Name extends 'reduce'
        ? Value // TypeScript infers the type of latest() only without a union.
        : Name extends FunctionOption
          ? MaybeRef<Value>
          : MaybeRefOrGetter<Name extends Group ? ReactiveFields<Value> : Value>

/**
 * Options as Vue components may give them. Each may be a ref, or a getter where a function is no value of the option.
 * The same applies to what is in `query`, `headers`, `json` and groups such as `timeout`.
 */
export type ReactiveOptions<Options> = {
  readonly [Name in keyof Options]: ReactiveOption<Name, Options[Name]>
}

/** Options with a codec, such as those of type `Plain`, and with more options. */
export type WithCodec<Codec, Plain, More = unknown> = MaybeRefOrGetter<
  (({ readonly codec: MaybeRefOrGetter<Codec> } | Plain) & More) | undefined
>

/** Options with a reducer. */
export interface WithReduce {
  readonly reduce: unknown
}

/** Fields that may be refs. */
type RefFields<Value> =
  Value extends Readonly<Record<string, unknown>>
    ? { readonly [Name in keyof Value]: MaybeRef<Value[Name]> }
    : never

/** The options of one call, which may be refs, as may be what is in them. They are read once, so getters are not needed. */
export type RefOptions<Options> = {
  readonly [Name in keyof Options]: MaybeRef<Options[Name] | RefFields<Options[Name]>>
}

/** The part of this package, which has no types, that is used here. */
declare module '@parcel/logger' {
  const logger: {
    default: {
      onLog(callback: (event: { readonly level: string }) => void): { dispose(): void }
    }
  }
  export default logger
}

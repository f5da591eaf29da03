/** Time and chance; replace it to test without waiting (see `hawser/testing`). */
export interface Clock {
  /** Returns the wall-clock time in ms. */
  now(): number
  /** Calls `callback` once, `delayMs` later, and returns a handle. */
  setTimeout(callback: () => void, delayMs: number): unknown
  /** Forgets a pending call. */
  clearTimeout(handle: unknown): void
  /** Returns a number in [0, 1), uniformly distributed. */
  random(): number
}

/** The platform's clock. Globals are looked up on each call, so that fake timers apply. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: handle => clearTimeout(handle as ReturnType<typeof setTimeout>),
  random: () => Math.random(),
}

/** Time, timers and random numbers. Replace it to test without waiting (see `hawser/testing`). */
export interface Clock {
  /** Returns the time in ms since 1970. */
  now(): number
  /** Calls `callback` once after `delayMs` ms; returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, delayMs: number): unknown
  /** Cancels a pending call; does nothing if there is none. */
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

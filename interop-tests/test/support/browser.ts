import { type Browser, chromium } from 'playwright-core'
import { chromiumPath, FLAGS } from '../../../test-tools/chromium.mjs'

/** Starts a browser. */
export function launch(executablePath = chromiumPath()): Promise<Browser> {
  // Pages go into the cache and come back, as at the users'.
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs })
}

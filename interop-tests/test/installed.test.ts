import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../test-tools/chromium.mjs'
import { launch } from './support/browser.js'
import { Redis, redisServer } from './support/redis.js'

/** A machine on whose PATH is what a test puts there, and nothing else. */
let bin: string

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'hawser-path-'))
})

afterEach(() => rmSync(bin, { recursive: true }))

function install(name: string, program: string): string {
  const path = join(bin, name)
  symlinkSync(program, path)
  return path
}

describe('a Redis for the tests', () => {
  async function works(server: string): Promise<void> {
    const redis = await Redis.start(server)
    try {
      expect(await redis.publish('nobody', 'Ahoy')).toBe(0)
    } finally {
      await redis.stop()
    }
  }

  it('is the one that is installed', async () => {
    const installed = install('redis-server', redisServer(''))
    expect(redisServer(bin)).toBe(installed)
    await works(installed)
  })

  it('is carried by a jar where none is installed', async () => {
    const carried = redisServer(bin)
    expect(carried).toContain('interop-tests/target/redis/')
    await works(carried)
  })

  it('is carried by a jar where an old one is installed', () => {
    const old = join(bin, 'redis-server')
    writeFileSync(old, '#!/bin/sh\necho Redis server v=6.0.16 sha=00000000:0\n')
    chmodSync(old, 0o755)
    expect(redisServer(bin)).toBe(redisServer(''))
  })
})

describe('a browser for the tests', () => {
  it.each(['chromium', 'chromium-browser', 'google-chrome'])('is %s if installed', async name => {
    const installed = install(name, chromiumPath())
    const found = chromiumPath({ PATH: bin })
    expect(found).toBe(installed)
    const browser = await launch(found)
    try {
      const page = await browser.newPage()
      expect(await page.evaluate('6 * 7')).toBe(42)
    } finally {
      await browser.close()
    }
  })

  it('is the one that was asked for', () => {
    install('chromium', process.execPath)
    expect(chromiumPath({ PATH: bin, CHROMIUM_PATH: '/opt/chrome' })).toBe('/opt/chrome')
  })
})

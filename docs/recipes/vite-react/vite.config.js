import { defineConfig } from 'vite'

const server = process.env.SERVER ?? 'http://localhost:8080'

export default defineConfig({
  server: { proxy: { '/cable': { target: server, ws: true } } },
})

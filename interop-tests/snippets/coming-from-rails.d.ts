declare module '@hotwired/turbo-rails' {
  const cable: { setConsumer(consumer: import('hawser').Consumer): void }
}

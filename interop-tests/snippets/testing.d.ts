declare const FakeServer: typeof import('hawser/testing').FakeServer
declare const createConsumer: typeof import('hawser').createConsumer
declare const expect: typeof import('vitest').expect

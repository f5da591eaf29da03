// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what an adapter delivers. */
public final class RecordingListener implements PubSubAdapter.Listener {
  private final BlockingQueue<PubSubMessage> messages = new LinkedBlockingQueue<>();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger returns = new AtomicInteger();

  @Override
  public void onMessage(PubSubMessage message) {
    messages.add(message);
  }

  @Override
  public void onLinkLost(Throwable cause) {
    losses.incrementAndGet();
  }

  @Override
  public void onLinkRestored() {
    returns.incrementAndGet();
  }

  public BlockingQueue<PubSubMessage> messages() {
    return messages;
  }

  /** The next message, as {@code name payload}. */
  public String next() {
    PubSubMessage message = Until.next(messages, "a message");
    return message.broadcasting() + " " + message.payload().toString(UTF_8);
  }

  public int losses() {
    return losses.get();
  }

  public int returns() {
    return returns.get();
  }

  public void awaitLosses(int count) {
    Until.isTrue(count + " losses of the link", () -> losses() >= count);
  }

  public void awaitReturns(int count) {
    Until.isTrue(count + " returns of the link", () -> returns() >= count);
  }
}

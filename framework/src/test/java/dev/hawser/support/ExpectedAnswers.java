// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client may be told about one subscription, by what it sent. Commands that are sent without
 * waiting may be answered together, so that between two waits there is a range: {@link #check}
 * begins the next one.
 */
public final class ExpectedAnswers {
  /** What becomes of a subscribe. */
  public enum Fate {
    /** It is confirmed, unless the client has the subscription. */
    CONFIRMED,
    /** It is rejected by the channel; one rejection may stand for repetitions before it. */
    REJECTED,
    /** It names no channel, and each is rejected. */
    REFUSED
  }

  private final Fate fate;
  private boolean subscribed;

  // since the last wait
  private int subscribes;
  private int begun;
  private boolean unsubscribed;
  private int ended;
  private final List<Integer> sent = new ArrayList<>();

  private int confirmations;
  private int rejections;
  private final List<Integer> received = new ArrayList<>();

  public ExpectedAnswers(Fate fate) {
    this.fate = fate;
  }

  /** The client sends a subscribe. */
  public void subscribe() {
    subscribes++;
    if (fate == Fate.CONFIRMED && !subscribed) {
      subscribed = true;
      begun++;
    }
  }

  /** The client sends an unsubscribe. */
  public void unsubscribe() {
    unsubscribed |= subscribed;
    subscribed = false;
  }

  /** The client sends an action that transmits a number. */
  public void echo(int number) {
    if (subscribed) {
      sent.add(number);
    }
  }

  /** The client sends an action that rejects the subscription. Between two waits. */
  public void rejectIt() {
    if (subscribed) {
      ended++;
      subscribed = false;
    }
  }

  public boolean isSubscribed() {
    return subscribed;
  }

  /** The client was told that the subscription is confirmed. */
  public void confirmed() {
    confirmations++;
  }

  /** The client was told that it is rejected. */
  public void rejected() {
    rejections++;
  }

  /** The client got a number. */
  public void received(int number) {
    received.add(number);
  }

  /** Checks what came since the last wait. */
  public void check(String identifier) {
    int leastConfirmations = unsubscribed ? (subscribed ? Math.min(begun, 1) : 0) : begun;
    int mostRejections = fate == Fate.CONFIRMED ? ended : subscribes;
    int leastRejections = fate == Fate.REJECTED ? Math.min(subscribes, 1) : mostRejections;
    assertThat(confirmations)
        .as("confirmations of %s", identifier)
        .isBetween(leastConfirmations, begun);
    assertThat(rejections)
        .as("rejections of %s", identifier)
        .isBetween(leastRejections, mostRejections);
    if (unsubscribed) {
      assertThat(sent).as("messages of %s", identifier).containsSubsequence(received);
    } else {
      assertThat(received).as("messages of %s", identifier).isEqualTo(sent);
    }
    subscribes = 0;
    begun = 0;
    ended = 0;
    unsubscribed = false;
    confirmations = 0;
    rejections = 0;
    sent.clear();
    received.clear();
  }
}

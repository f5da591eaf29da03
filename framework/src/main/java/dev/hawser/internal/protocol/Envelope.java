// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What nodes send each other for a message that not all subscribers get: which connection it
 * excludes, or that it is a whisper. It replaces the payload: {@code ~hawser}, a JSON object, a
 * line feed, and the payload. No JSON text begins with a tilde, so plain payloads and envelopes
 * cannot be taken for each other. Immutable, as long as the payload is not written to.
 */
public final class Envelope {
  /** The beginning of an envelope; no JSON text begins with it. */
  public static final byte FIRST_BYTE = '~';

  private static final byte[] MAGIC = "~hawser".getBytes(UTF_8);
  private static final int MOST_HEADER_BYTES = 4096;
  private static final ObjectMapper MAPPER = new JsonMapper();

  private final byte[] payload;
  private final @Nullable SessionId except;
  private final boolean whisper;

  /**
   * Puts a message into an envelope.
   *
   * @param payload the message as UTF-8 JSON text
   * @param except the connection that does not get it, if there is one
   * @param whisper whether a client sent it, so that only streams that allow it take it
   */
  public Envelope(byte[] payload, @Nullable SessionId except, boolean whisper) {
    this.payload = payload;
    this.except = except;
    this.whisper = whisper;
  }

  /** The message as UTF-8 JSON text. */
  public byte[] payload() {
    return payload;
  }

  /** The connection that does not get it, if there is one. */
  public @Nullable SessionId except() {
    return except;
  }

  /** Whether a client sent it. */
  public boolean whisper() {
    return whisper;
  }

  /**
   * Returns where the payload begins.
   *
   * @return an index; -1 if these bytes are no envelope
   */
  public static int payloadStart(byte[] bytes) {
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return -1;
    }
    int end = Math.min(bytes.length, MAGIC.length + MOST_HEADER_BYTES);
    for (int i = MAGIC.length; i < end; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * Opens the envelope that a payload is, if it is one.
   *
   * @return {@code null} if the payload is the message itself
   * @throws ProtocolException if it begins like an envelope and is none
   */
  public static @Nullable Envelope in(byte[] payload) throws ProtocolException {
    return payload.length > 0 && payload[0] == FIRST_BYTE ? decode(payload) : null;
  }

  /**
   * Opens an envelope. Keys that it does not know are ignored, so that nodes of different versions
   * work together; the payload is not checked.
   *
   * @throws ProtocolException if it is none
   */
  public static Envelope decode(byte[] bytes) throws ProtocolException {
    int start = payloadStart(bytes);
    if (start < 0) {
      throw new ProtocolException("no envelope");
    }
    JsonNode header;
    try {
      header = MAPPER.readTree(bytes, MAGIC.length, start - 1 - MAGIC.length);
    } catch (IOException e) {
      throw new ProtocolException("the header of the envelope is not JSON", e);
    }
    if (!header.isObject()) {
      throw new ProtocolException("the header of the envelope is not an object");
    }
    return new Envelope(
        Arrays.copyOfRange(bytes, start, bytes.length),
        SessionId.parse(header.path("except").asText()),
        header.path("whisper").asBoolean());
  }

  /** Returns the envelope as it travels. */
  public byte[] encode() {
    ObjectNode header = MAPPER.createObjectNode();
    if (except != null) {
      header.put("except", except.toString());
    }
    if (whisper) {
      header.put("whisper", true);
    }
    byte[] head = (header + "\n").getBytes(UTF_8);
    byte[] bytes = Arrays.copyOf(MAGIC, MAGIC.length + head.length + payload.length);
    System.arraycopy(head, 0, bytes, MAGIC.length, head.length);
    System.arraycopy(payload, 0, bytes, MAGIC.length + head.length, payload.length);
    return bytes;
  }
}

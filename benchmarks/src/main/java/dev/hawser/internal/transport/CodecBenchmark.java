// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.benchmarks.load.CableDialect;
import dev.hawser.internal.presence.KnownPeople;
import dev.hawser.internal.protocol.Command;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.presence.PresenceTab;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The codec alone: what one command and one broadcast cost before and after everything else. It
 * stands in the transport's package because only that may lay out frames.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int MAX_MESSAGE_BYTES = 64 * 1024;
  private static final CableDialect CLIENT = new CableDialect("BenchmarkChannel");
  private static final String PADDING = "x".repeat(64);

  private final ObjectMapper mapper = new ObjectMapper();
  private final CommandDecoder decoder = new CommandDecoder(MAX_MESSAGE_BYTES);
  private final KnownPeople present = present();
  private final byte[] subscribe = CLIENT.subscribe(0).getBytes(UTF_8);
  private final byte[] perform = CLIENT.perform(0, "speak", 0, PADDING, 1).getBytes(UTF_8);
  private final Map<String, String> message = Map.of("from", "someone", "text", PADDING);
  private final byte[] prefix =
      ServerMessages.messagePrefix("{\"channel\":\"BenchmarkChannel\",\"room\":\"0\"}");

  /** A piece of the list of 10,000 who are present, with as many as a client gets at once. */
  @Benchmark
  public byte[] presencePiece() {
    return present.piece(null);
  }

  /** The whole list, as AnyCable's client asks for it. */
  @Benchmark
  public byte[] presenceWhole() {
    return present.whole();
  }

  private static KnownPeople present() {
    List<PresenceTab> tabs = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      tabs.add(new PresenceTab("ref" + i, "user-" + i, "{\"name\":\"Somebody\"}"));
    }
    return KnownPeople.of(tabs);
  }

  /** A subscribe from the bytes of its frame. */
  @Benchmark
  public Command decodeSubscribe() throws ProtocolException {
    return decoder.decode(subscribe);
  }

  /** A perform from the bytes of its frame, its data still a text. */
  @Benchmark
  public Command decodePerform() throws ProtocolException {
    return decoder.decode(perform);
  }

  /** The same, its data read as a tree. */
  @Benchmark
  public Object decodePerformAndData() throws ProtocolException, IOException {
    Command.Message command = (Command.Message) decoder.decode(perform);
    return mapper.readTree(command.data());
  }

  /** A broadcast from the application's object to bytes that any number of sockets share. */
  @Benchmark
  public int frameOneBroadcast() throws IOException {
    return layOut(List.of(Frame.of(prefix, mapper.writeValueAsBytes(message))));
  }

  /** Sixteen broadcasts of one turn, laid out together. */
  @Benchmark
  public int frameSixteenBroadcasts() throws IOException {
    List<Frame> frames = new ArrayList<>(16);
    for (int i = 0; i < 16; i++) {
      frames.add(Frame.of(prefix, mapper.writeValueAsBytes(message)));
    }
    return layOut(frames);
  }

  private static int layOut(List<Frame> frames) {
    try (FrameBatch batch = new FrameBatch(frames)) {
      ByteBuf wire = batch.wire();
      int length = wire.readableBytes();
      wire.release();
      return length;
    }
  }
}

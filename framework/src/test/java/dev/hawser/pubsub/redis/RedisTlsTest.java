// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.redis.RecordingListener;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TestCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS ends at a proxy before Redis, because not every Redis is built with it. */
class RedisTlsTest {
  @TempDir
  Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final RecordingListener heard = new RecordingListener();
  private RedisProcess redis;
  private TestCertificate certificate;
  private int port;

  @BeforeEach
  void start() {
    redis = RedisProcess.start("requirepass secret");
    certificate = TestCertificate.create(directory);
    var client = vertx.createNetClient();
    port = await(vertx
            .createNetServer(new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                    .setCertPath(certificate.certificate().toString())
                    .setKeyPath(certificate.key().toString())))
            .connectHandler(in -> {
              in.pause();
              client.connect(redis.port(), "127.0.0.1").onSuccess(out -> {
                in.pipeTo(out);
                out.pipeTo(in);
              });
            })
            .listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
    redis.close();
  }

  private RedisPubSubBuilder trusting(String host) {
    return RedisPubSub.builder(vertx)
        .redisOptions(new RedisOptions()
            .setNetClientOptions(new NetClientOptions()
                .setTrustOptions(
                    new PemTrustOptions().addCertPath(certificate.certificate().toString()))))
        .url("rediss://:secret@" + host + ":" + port);
  }

  @Test
  void connectsToAServerThatItTrusts() {
    RedisPubSub node = trusting("localhost").build();
    await(node.start(heard));
    await(node.subscribe("a"));
    await(node.publish("a", Buffer.buffer("1")));
    assertThat(heard.next()).isEqualTo("a 1");
    await(node.close());
  }

  @Test
  void trustsNoUnknownServer() {
    assertThat(failure(RedisPubSub.builder(vertx).url("rediss://:secret@localhost:" + port)))
        .hasStackTraceContaining("unable to find valid certification path");
  }

  @Test
  void trustsNoServerOfAnotherName() {
    assertThat(failure(trusting("127.0.0.1"))).hasStackTraceContaining("127.0.0.1");
  }

  private Throwable failure(RedisPubSubBuilder builder) {
    RedisConfig config = builder.config();
    Endpoint server = config.site().seeds().get(0);
    Future<RedisLink> link =
        RedisLink.create(vertx, config, server, LinkPurpose.PUBLISH).connect();
    Throwable cause = await(link.transform(Future::succeededFuture)).cause();
    assertThat(cause).isInstanceOf(SSLException.class);
    return cause;
  }
}

package dev.sluice.e2e;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Calls through the gateway as gRPC sends them: HTTP/2 without TLS, a message in a frame, its
 * status in a trailer (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). Each is told by a word: what
 * the message of the answer says, {@code status N} for another status than OK, and what it was if
 * it was no answer of gRPC's.
 */
final class GrpcCallers implements AutoCloseable {
  private static final int TOGETHER = 50;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false),
          new PoolOptions().setHttp2MaxSize(4));
  private final Gateway gateway;
  private final Map<String, Integer> heard = new ConcurrentHashMap<>();

  GrpcCallers(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Some call all the while until this closes; see {@link #heard}. */
  void come(int perSecond) {
    long _ = vertx.setPeriodic(TimeUnit.SECONDS.toMillis(1) / perSecond, _ -> come());
  }

  private void come() {
    Future<String> _ =
        called(Map.of())
            .onComplete(
                answer ->
                    heard.merge(
                        answer.succeeded() ? answer.result() : String.valueOf(answer.cause()),
                        1,
                        Integer::sum));
  }

  /** What those who came were told, and how often. */
  Map<String, Integer> heard() {
    return new TreeMap<>(heard);
  }

  /** Calls of now. */
  Map<String, Integer> calls(int count, Map<String, String> headers) {
    Map<String, Integer> answered = new TreeMap<>();
    for (int sent = 0; sent < count; sent += TOGETHER) {
      List<Future<String>> together = new ArrayList<>();
      for (int i = 0; i < Math.min(TOGETHER, count - sent); i++) {
        together.add(called(headers));
      }
      for (Future<String> one : together) {
        answered.merge(done(one), 1, Integer::sum);
      }
    }
    return answered;
  }

  String call(Map<String, String> headers) {
    try {
      return done(called(headers));
    } catch (CompletionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private Future<String> called(Map<String, String> headers) {
    RequestOptions to =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(gateway.listener().getHost())
            .setPort(gateway.listener().getPort())
            .setURI("/shop.Orders/Place")
            .setTimeout(Duration.ofSeconds(10).toMillis());
    headers.forEach(to::putHeader);
    return client
        .request(to.putHeader("content-type", "application/grpc").putHeader("te", "trailers"))
        .compose(GrpcCallers::said);
  }

  private static Future<String> said(HttpClientRequest request) {
    return request
        .send(framed("an order"))
        .compose(answer -> answer.body().map(body -> said(answer, body)));
  }

  private static String said(HttpClientResponse answer, Buffer body) {
    String status = answer.trailers().get("grpc-status");
    if (status == null) {
      return "HTTP %d, %s".formatted(answer.statusCode(), answer.headers());
    }
    return status.equals("0") ? body.getString(5, body.length()) : "status " + status;
  }

  /** Not compressed, then its length, then the message. */
  static Buffer framed(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
  }

  static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** What is in flight may end. */
  @Override
  public void close() {
    done(vertx.close());
  }
}

package dev.sluice.sim.api;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wire under a real Kubernetes client: each request is answered on the caller's own thread,
 * from memory. No watches: caches are fed by the scheduler.
 */
public final class SimHttpClient
    extends StandardHttpClient<SimHttpClient, SimHttpClient.Maker, SimHttpClient.Builder> {
  private final Wire wire;

  /** Answers requests, or fails as a network does. */
  @FunctionalInterface
  public interface Wire {
    /**
     * @param body empty where there is none
     */
    Http.Answer answer(String method, URI uri, Optional<String> body) throws IOException;
  }

  private SimHttpClient(Builder builder, AtomicBoolean closed, Wire wire) {
    super(builder, closed);
    this.wire = wire;
  }

  /** For {@code KubernetesClientBuilder.withHttpClientFactory}. */
  public static HttpClient.Factory over(Wire wire) {
    return new Maker(wire);
  }

  static final class Maker implements HttpClient.Factory {
    private final Wire wire;

    Maker(Wire wire) {
      this.wire = wire;
    }

    @Override
    public Builder newBuilder() {
      return new Builder(this);
    }
  }

  static final class Builder extends StandardHttpClientBuilder<SimHttpClient, Maker, Builder> {
    private final Maker maker;

    Builder(Maker maker) {
      super(maker);
      this.maker = maker;
    }

    @Override
    public SimHttpClient build() {
      return new SimHttpClient(
          this, client == null ? new AtomicBoolean() : client.getClosed(), maker.wire);
    }

    @Override
    protected Builder newInstance(Maker factory) {
      return new Builder(factory);
    }
  }

  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
      StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    try {
      Http.Answer answer =
          wire.answer(
              request.method(),
              request.uri(),
              Optional.ofNullable(request.bodyString()).filter(b -> !b.isEmpty()));
      return CompletableFuture.completedFuture(new Response(request, answer, consumer));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
      StandardWebSocketBuilder builder, WebSocket.Listener listener) {
    return CompletableFuture.failedFuture(new IOException("Nothing is watched here."));
  }

  @Override
  protected void doClose() {}

  private static final class Response implements HttpResponse<AsyncBody>, AsyncBody {
    private final HttpRequest request;
    private final Http.Answer answer;
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean given;

    Response(
        HttpRequest request, Http.Answer answer, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      this.request = request;
      this.answer = answer;
      this.consumer = consumer;
    }

    @Override
    public int code() {
      return answer.status();
    }

    @Override
    public AsyncBody body() {
      return this;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public List<String> headers(String key) {
      return List.of();
    }

    @Override
    public Map<String, List<String>> headers() {
      return Map.of();
    }

    @Override
    public void consume() {
      if (given) {
        done.complete(null);
        return;
      }
      given = true;
      try {
        consumer.consume(
            List.of(ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8))), this);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      done.cancel(false);
    }
  }
}

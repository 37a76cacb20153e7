package dev.sluice.kubernetes.evidence;

import dev.sluice.probes.checks.Answers;
import dev.sluice.probes.metrics.HttpPages;
import dev.sluice.probes.metrics.Pages;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Pages with the cluster's own client: its address, its certificates, its token. */
final class ApiServerPages implements Pages, Answers {
  private static final long MILLIS = HttpPages.ANSWER.toMillis();

  private final HttpClient http;

  ApiServerPages(KubernetesClient client) {
    this.http = client.getHttpClient();
  }

  @Override
  public Fetched get(URI page) throws InterruptedException {
    return get(page, HttpPages.TEXT);
  }

  @Override
  public Fetched families(URI page) throws InterruptedException {
    return get(page, HttpPages.FAMILIES);
  }

  private Fetched get(URI page, String accepted) throws InterruptedException {
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(page)
            .setHeader("Accept", accepted)
            .timeout(MILLIS, TimeUnit.MILLISECONDS)
            .build();
    Body body = new Body(HttpPages.MIB);
    CompletableFuture<Fetched> done =
        http.consumeBytes(request, body::add)
            .thenCompose(
                answer -> {
                  answer.body().consume();
                  return answer.body().done().thenApply(_ -> fetched(answer, body));
                });
    try {
      return done.get(MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Fetched.Missing("did not answer within " + MILLIS + " ms");
    } catch (ExecutionException e) {
      return new Fetched.Missing(
          body.full
              ? "has more than 1 MiB"
              : "did not answer (" + String.valueOf(e.getCause()) + ")");
    } finally {
      done.cancel(true);
    }
  }

  @Override
  public Answer to(URI page, Question question) throws IOException, InterruptedException {
    Body body = new Body(Answers.MOST);
    CompletableFuture<Answer> done =
        http.consumeBytes(request(page, question), body::add)
            .thenCompose(
                answer -> {
                  if (!question.readsBody()) {
                    answer.body().cancel();
                    return CompletableFuture.completedFuture(answered(answer, ""));
                  }
                  answer.body().consume();
                  return answer.body().done().thenApply(_ -> answered(answer, body.text()));
                });
    try {
      return done.get(question.within().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(page + " did not answer.", e);
    } finally {
      done.cancel(true);
    }
  }

  private HttpRequest request(URI page, Question question) {
    HttpRequest.Builder request =
        http.newHttpRequestBuilder()
            .uri(page)
            .timeout(question.within().toMillis(), TimeUnit.MILLISECONDS);
    question.headers().forEach(h -> request.header(h.name(), h.value()));
    if (!question.method().equals("GET")) {
      String type =
          question.headers().stream()
              .filter(h -> h.name().equalsIgnoreCase("Content-Type"))
              .map(Header::value)
              .findFirst()
              .orElse("application/octet-stream");
      request.method(question.method(), type, question.body().orElse(null));
    }
    return request.build();
  }

  private static Answer answered(HttpResponse<AsyncBody> answer, String body) {
    return new Answer(
        answer.code(),
        answer.headers().entrySet().stream()
            .flatMap(e -> e.getValue().stream().map(value -> new Header(e.getKey(), value)))
            .toList(),
        body);
  }

  private static Fetched fetched(HttpResponse<AsyncBody> answer, Body body) {
    if (answer.code() != 200) {
      return new Fetched.Missing("answered " + answer.code());
    }
    String type = String.valueOf(answer.header("Content-Type"));
    return body.full
        ? new Fetched.Missing("has more than 1 MiB")
        : HttpPages.page(type, body.bytes.toByteArray());
  }

  /** Parts come one after the other. */
  private static final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final WritableByteChannel channel = Channels.newChannel(bytes);
    private final long most;
    private volatile boolean full;

    Body(long most) {
      this.most = most;
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    void add(List<ByteBuffer> parts, AsyncBody more) throws IOException {
      for (ByteBuffer part : parts) {
        channel.write(part);
      }
      full = bytes.size() > most;
      if (full) {
        more.cancel();
      } else {
        more.consume();
      }
    }
  }
}

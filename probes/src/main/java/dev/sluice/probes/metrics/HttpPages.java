package dev.sluice.probes.metrics;

import dev.sluice.probes.http.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/**
 * Pages by HTTP, compressed where the other side can. The deadline holds for all of it, up to the
 * last byte (the JDK's own timeout ends with the headers), and the budget for what comes in as well
 * as for what it becomes.
 */
public final class HttpPages implements Pages {
  /** What pods are granted. */
  public static final Duration ANSWER = Duration.ofSeconds(1);

  public static final int MIB = 1 << 20;

  private final Duration within;
  private final int bytes;

  /**
   * @param within the time that a page may take
   * @param bytes that it may have
   */
  public HttpPages(Duration within, int bytes) {
    this.within = within;
    this.bytes = bytes;
  }

  @Override
  public Fetched get(URI page) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(page)
            .timeout(within)
            .header("Accept", "text/plain;version=0.0.4")
            .header("Accept-Encoding", "gzip")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        Http.client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytes));
    try {
      return text(answer.get(within.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Fetched.Missing("did not answer within " + within.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Fetched.Missing(
          e.getCause() instanceof IOException io && exceeds(io)
              ? tooLong()
              : "did not answer (" + cause(e) + ")");
    } catch (IOException e) {
      return new Fetched.Missing("cannot be read: " + e.getMessage());
    } finally {
      answer.cancel(true);
    }
  }

  private Fetched text(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() != 200) {
      return new Fetched.Missing("answered " + answer.statusCode());
    }
    byte[] body = answer.body();
    if (answer.headers().firstValue("Content-Encoding").filter("gzip"::equals).isPresent()) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = in.readNBytes(bytes + 1);
      }
    }
    return body.length > bytes
        ? new Fetched.Missing(tooLong())
        : new Fetched.Text(new String(body, StandardCharsets.UTF_8));
  }

  private String tooLong() {
    return "has more than " + bytes / MIB + " MiB";
  }

  private static boolean exceeds(IOException e) {
    return String.valueOf(e.getMessage()).contains("exceeds");
  }

  private static String cause(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? "no reason" : cause.getClass().getSimpleName();
  }
}

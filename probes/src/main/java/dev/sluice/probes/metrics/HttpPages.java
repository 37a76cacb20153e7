package dev.sluice.probes.metrics;

import dev.sluice.probes.http.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
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

  /** As whom the pages are asked for, so that it can be told from users. */
  static final String AGENT = "sluice";

  /** What is asked for by {@link Pages#get}. */
  public static final String TEXT = "text/plain;version=0.0.4";

  /** What is asked for by {@link Pages#families}. */
  public static final String FAMILIES =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
          + TEXT
          + ";q=0.5";

  private static final String PROTOBUF = "application/vnd.google.protobuf";

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
    return get(page, TEXT);
  }

  @Override
  public Fetched families(URI page) throws InterruptedException {
    return get(page, FAMILIES);
  }

  /** A page as it was sent. */
  public static Fetched page(String contentType, byte[] body) {
    return contentType.startsWith(PROTOBUF)
        ? new Fetched.Protobuf(ByteBuffer.wrap(body))
        : new Fetched.Text(new String(body, StandardCharsets.UTF_8));
  }

  private Fetched get(URI page, String accepted) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(page)
            .timeout(within)
            .header("User-Agent", AGENT)
            .header("Accept", accepted)
            .header("Accept-Encoding", "gzip")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        Http.client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytes));
    try {
      return page(answer.get(within.toNanos(), TimeUnit.NANOSECONDS));
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

  private Fetched page(HttpResponse<byte[]> answer) throws IOException {
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
        : page(answer.headers().firstValue("Content-Type").orElse(""), body);
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

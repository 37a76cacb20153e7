package dev.sluice.probes.metrics.prometheus;

import dev.sluice.probes.metrics.HttpPages;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One server that speaks Prometheus' HTTP API (Prometheus itself, Thanos, Mimir, VictoriaMetrics).
 * Only instant queries are asked, by POST, so that long selectors fit. The deadline holds up to the
 * last byte, the budget for all that comes. It goes where it was told to and nowhere else: a
 * redirect is an answer that cannot be used. TLS is trusted as the system does.
 */
public final class Prometheus {
  /** Long enough for a query over a few hundred series on a busy server. */
  public static final Duration ANSWER = Duration.ofSeconds(5);

  /** Some thousand samples. */
  static final int BYTES = HttpPages.MIB;

  private final URI query;
  private final Access access;
  private final Duration within;
  private final HttpClient http;

  /**
   * @param base the server's address, with the path that it is served under if there is one
   * @throws IllegalArgumentException with a sentence if that is no such address, or if a secret
   *     would be sent in clear text
   */
  public Prometheus(URI base, Access access) {
    this(base, access, ANSWER);
  }

  Prometheus(URI base, Access access, Duration within) {
    String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
    if (base.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          base.getRawUserInfo() == null
              ? base + " is no address of Prometheus; write it like http://prometheus:9090"
              : "A user in Prometheus' address is not used; name a file that holds the secret");
    }
    if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getFragment() != null) {
      throw new IllegalArgumentException(
          "Prometheus' address has a user, a query or a fragment; write it like"
              + " http://prometheus:9090 and name a file that holds the secret");
    }
    if (!(access instanceof Access.Open) && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "A secret is not sent to " + base + " in clear text; use https, or no secret");
    }
    this.query = URI.create(base.toString().replaceAll("/+$", "") + "/api/v1/query");
    this.access = access;
    this.within = within;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(within)
            .build();
  }

  /**
   * Asks what an expression is worth at one moment. Whatever goes wrong is {@link Answer.Unknown}.
   */
  Answer ask(String expression, Instant at) throws InterruptedException {
    HttpRequest request;
    try {
      request = request(expression, at);
    } catch (IOException e) {
      return new Answer.Unknown("was not asked: " + e.getMessage());
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES));
    try {
      HttpResponse<byte[]> came = answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
      return Answers.read(came.statusCode(), came.body());
    } catch (TimeoutException e) {
      return new Answer.Unknown("did not answer within " + within.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Answer.Unknown(
          e.getCause() instanceof IOException io
                  && String.valueOf(io.getMessage()).contains("excee")
              ? "gave more than " + BYTES / HttpPages.MIB + " MiB"
              : "did not answer (" + cause(e) + ")");
    } finally {
      answer.cancel(true);
    }
  }

  private HttpRequest request(String expression, Instant at) throws IOException {
    String form =
        "query="
            + URLEncoder.encode(expression, StandardCharsets.UTF_8)
            + "&time="
            + at.getEpochSecond()
            + String.format(Locale.ROOT, ".%03d", at.getNano() / 1_000_000)
            + "&timeout="
            + within.toMillis()
            + "ms";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(query)
            .timeout(within)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(form));
    access.header().ifPresent(secret -> request.header("Authorization", secret));
    return request.build();
  }

  private static String cause(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? "no reason" : cause.getClass().getSimpleName();
  }
}

package dev.sluice.probes.http;

import java.net.http.HttpClient;
import java.time.Duration;

/**
 * The HTTP client of all that asks pods, gateways and webhooks: one for the process, for each has a
 * selector and threads of its own, and an operator has hundreds of policies.
 */
public final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private Http() {}

  private static final class Shared {
    static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
  }

  /** Who sends grants a time of their own for the whole of an answer. */
  public static HttpClient client() {
    return Shared.CLIENT;
  }
}

package dev.sluice.probes.notify;

import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * How receivers are reached.
 *
 * @param http goes where it was told to and nowhere else
 * @param tls whom it trusts
 */
record Outside(HttpClient http, SSLContext tls) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Made when the first policy names a receiver, and one for all: it has threads. */
  private static final class Usual {
    static final Outside OUTSIDE = trusting(asTheSystemDoes());
  }

  static Outside usual() {
    return Usual.OUTSIDE;
  }

  static Outside trusting(SSLContext tls) {
    return new Outside(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .sslContext(tls)
            .build(),
        tls);
  }

  private static SSLContext asTheSystemDoes() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}

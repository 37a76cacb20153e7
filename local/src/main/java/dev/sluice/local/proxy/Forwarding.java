package dev.sluice.local.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes requests in, chooses who answers, and sends them on. Runs on one event loop. */
final class Forwarding {
  /** Bodies up to that size are held, so that they can be sent to another pod if one refuses. */
  private static final int HELD_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final HttpClient client;
  private final LabProxy.Timeouts timeouts;
  private final Counts counts = new Counts();
  private final Map<String, Integer> inFlight = new HashMap<>();
  private volatile Routing routing = Routing.NOBODY;
  private long requests;

  Forwarding(Vertx vertx, HttpClient client, LabProxy.Timeouts timeouts) {
    this.vertx = vertx;
    this.client = client;
    this.timeouts = timeouts;
  }

  void route(Routing next) {
    routing = next;
  }

  Counts counts() {
    return counts;
  }

  Vertx vertx() {
    return vertx;
  }

  HttpClient client() {
    return client;
  }

  LabProxy.Timeouts timeouts() {
    return timeouts;
  }

  void handle(HttpServerRequest request) {
    Choice choice =
        Choice.of(routing, request::getHeader, name -> cookie(request, name), requests++);
    Optional<Endpoint> first = least(choice.endpoints());
    if (choice.ordinary()) {
      first.ifPresent(at -> counts.dispatched(at.set()));
    }
    long length = length(request);
    if (length >= 0 && length <= HELD_BYTES) {
      request
          .body()
          .onSuccess(
              body -> {
                new Exchange(this, request, choice, body).begin(first);
                copy(request, choice.copies(), body);
              });
    } else {
      request.pause();
      new Exchange(this, request, choice, null).begin(first);
    }
  }

  /** The pod with the fewest requests in flight, if there is any. */
  Optional<Endpoint> least(List<Endpoint> among) {
    return among.stream().min(Comparator.comparing(e -> inFlight.getOrDefault(e.pod(), 0)));
  }

  void begins(Endpoint at) {
    inFlight.merge(at.pod(), 1, Integer::sum);
  }

  void ends(Endpoint at) {
    inFlight.computeIfPresent(at.pod(), (pod, n) -> n == 1 ? null : n - 1);
  }

  static RequestOptions to(Endpoint at, HttpServerRequest request) {
    return new RequestOptions()
        .setHost("127.0.0.1")
        .setPort(at.port())
        .setMethod(request.method())
        .setURI(request.uri());
  }

  /** Headers that belong to one connection are not passed on (RFC 9110, 7.6.1). */
  static boolean endToEnd(String header) {
    return !header.equalsIgnoreCase("Connection")
        && !header.equalsIgnoreCase("Keep-Alive")
        && !header.equalsIgnoreCase("Transfer-Encoding")
        && !header.equalsIgnoreCase("TE")
        && !header.equalsIgnoreCase("Trailer")
        && !header.equalsIgnoreCase("Upgrade")
        && !header.equalsIgnoreCase("Proxy-Connection");
  }

  static void headers(HttpServerRequest from, HttpClientRequest to) {
    from.headers()
        .forEach(
            h -> {
              if (endToEnd(h.getKey())) {
                to.headers().add(h.getKey(), h.getValue());
              }
            });
    String by = from.remoteAddress() == null ? "unknown" : from.remoteAddress().hostAddress();
    to.headers().add("X-Forwarded-For", by);
  }

  /** A copy's answer is thrown away, and so is its failure: its user never knows of it. */
  private void copy(HttpServerRequest request, List<Endpoint> to, Buffer body) {
    Optional<Endpoint> at = least(to);
    if (at.isEmpty()) {
      return;
    }
    client
        .request(to(at.get(), request).setTimeout(timeouts.timeout().toMillis()))
        .onSuccess(
            out -> {
              headers(request, out);
              out.putHeader("X-Sluice-Mirror", "true");
              out.send(body).onSuccess(answer -> answer.resume());
            });
  }

  private static String cookie(HttpServerRequest request, String name) {
    Cookie cookie = request.getCookie(name);
    return cookie == null ? "" : cookie.getValue();
  }

  /** Bytes of the body; negative where it is not known beforehand. */
  private static long length(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    if (length == null) {
      return request.getHeader("Transfer-Encoding") == null ? 0 : -1;
    }
    return length.matches("\\d{1,15}") ? Long.parseLong(length) : -1;
  }
}

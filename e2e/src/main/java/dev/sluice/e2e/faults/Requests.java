package dev.sluice.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Passes requests on, or does to them what a fault says. Runs on one event loop. */
final class Requests {
  /** Of one connection, not of the request (RFC 9110, 7.6.1), and what each side says of itself. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "http2-settings",
          "host");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final Vertx vertx;
  private final HttpClient client;
  private final WebSocketClient webSockets;
  private final URI behind;
  private final Strikes strikes;
  private final Watches watches;
  private volatile Ear ear = Ear.NONE;
  private volatile boolean stands;

  Requests(
      Vertx vertx,
      HttpClient client,
      WebSocketClient webSockets,
      URI behind,
      Strikes strikes,
      Watches watches) {
    this.vertx = vertx;
    this.client = client;
    this.webSockets = webSockets;
    this.behind = behind;
    this.strikes = strikes;
    this.watches = watches;
  }

  /** Who hears of writes from now on. */
  void tell(Ear who) {
    ear = who;
  }

  /** What stood still since an ear said so passes again; what was asked meanwhile is forgotten. */
  void goOn() {
    stands = false;
  }

  void handle(HttpServerRequest request) {
    request.body().onSuccess(body -> after(strikes.slow(), () -> decide(request, body)));
  }

  private void after(Duration wait, Runnable then) {
    if (wait.isZero()) {
      then.run();
    } else {
      strikes.count(new Fault.Slow(wait));
      vertx.setTimer(wait.toMillis(), _ -> then.run());
    }
  }

  private void decide(HttpServerRequest request, Buffer body) {
    if (stands) {
      return;
    }
    Optional<Fault> fault = strikes.at(isWrite(request));
    fault.ifPresent(strikes::count);
    if (fault.isEmpty()) {
      pass(request, body, false);
    } else if (fault.get() instanceof Fault.Answered answered) {
      answer(request.response(), answered);
    } else if (fault.get() instanceof Fault.AnswerLost) {
      pass(request, body, true);
    }
    // Of those that are never answered nothing more is heard.
  }

  private static boolean isWrite(HttpServerRequest request) {
    return !READING.contains(request.method());
  }

  private static void answer(HttpServerResponse to, Fault.Answered fault) {
    fault.retryAfter().ifPresent(s -> to.putHeader("Retry-After", "" + s.toSeconds()));
    to.setStatusCode(fault.status())
        .putHeader("Content-Type", "application/json")
        .end(status(fault.status(), "a fault that a test has set"));
  }

  /** As the API server says that it will not. */
  static String status(int code, String message) {
    String reason =
        switch (code) {
          case 409 -> "Conflict";
          case 410 -> "Expired";
          case 429 -> "TooManyRequests";
          case 503 -> "ServiceUnavailable";
          default -> "InternalError";
        };
    return """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s","code":%d}\
        """
        .formatted(message, reason, code);
  }

  private void pass(HttpServerRequest request, Buffer body, boolean lost) {
    strikes.pass();
    client
        .request(
            new RequestOptions()
                .setHost(behind.getHost())
                .setPort(behind.getPort())
                .setMethod(request.method())
                .setURI(request.uri())
                .setHeaders(passedOn(request.headers())))
        .compose(to -> to.send(body))
        .onSuccess(
            from -> {
              if (lost) {
                from.body().onComplete(_ -> request.connection().close());
              } else if (heard(request, body, from) != Ear.Then.NO_ANSWER) {
                answer(request, from);
              }
            })
        .onFailure(_ -> request.connection().close());
  }

  private Ear.Then heard(HttpServerRequest request, Buffer body, HttpClientResponse from) {
    if (!isWrite(request) || from.statusCode() >= 300) {
      return Ear.Then.GOES_ON;
    }
    Ear.Then then = ear.heard(new Written(request.method().name(), request.path(), json(body)));
    stands |= then != Ear.Then.GOES_ON;
    return then;
  }

  private static JsonNode json(Buffer body) {
    try {
      return JSON.readTree(body.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("A write whose body is not JSON", e);
    }
  }

  private void answer(HttpServerRequest request, HttpClientResponse from) {
    HttpServerResponse to = request.response();
    to.setStatusCode(from.statusCode());
    to.headers().addAll(passedOn(from.headers()));
    if (from.statusCode() == 200 && "true".equals(request.getParam("watch"))) {
      to.setChunked(true);
      watches.stream(from, to);
    } else {
      from.body().onSuccess(to::end).onFailure(_ -> request.connection().close());
    }
  }

  void shake(ServerWebSocketHandshake handshake) {
    after(strikes.slow(), () -> decide(handshake));
  }

  private void decide(ServerWebSocketHandshake handshake) {
    Optional<Fault> fault = strikes.at(false);
    fault.ifPresent(strikes::count);
    if (fault.isEmpty()) {
      connect(handshake);
    } else if (fault.get() instanceof Fault.Answered answered) {
      handshake.reject(answered.status());
    }
  }

  private void connect(ServerWebSocketHandshake handshake) {
    strikes.pass();
    MultiMap headers = passedOn(handshake.headers());
    headers.names().stream()
        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("sec-websocket"))
        .toList()
        .forEach(headers::remove);
    WebSocketConnectOptions to = new WebSocketConnectOptions();
    to.setHost(behind.getHost());
    to.setPort(behind.getPort());
    to.setURI(handshake.uri());
    to.setHeaders(headers);
    String protocol = handshake.headers().get("Sec-WebSocket-Protocol");
    if (protocol != null) {
      to.addSubProtocol(protocol);
    }
    webSockets
        .connect(to)
        .onSuccess(
            from -> {
              from.pause();
              handshake
                  .accept()
                  .onSuccess(client -> watches.join(from, client))
                  .onFailure(_ -> from.close());
            })
        .onFailure(
            e ->
                handshake.reject(
                    e instanceof UpgradeRejectedException rejected ? rejected.getStatus() : 502));
  }

  private static MultiMap passedOn(MultiMap headers) {
    MultiMap kept = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(
        h -> {
          if (!OF_THE_CONNECTION.contains(h.getKey().toLowerCase(Locale.ROOT))) {
            kept.add(h.getKey(), h.getValue());
          }
        });
    return kept;
  }
}

package dev.sluice.local.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. A pod that cannot be connected to costs the user nothing while
 * another one is there; what was sent once is sent again only where that does no harm.
 */
final class Exchange {
  private static final int TRIES = 3;

  private final Forwarding forwarding;
  private final HttpServerRequest request;
  private final Choice choice;
  private final @Nullable Buffer body;
  private final List<Endpoint> left;
  private @Nullable Endpoint at;
  private @Nullable HttpClientRequest out;
  private long hangTimer;
  private long timeoutTimer;
  private boolean counted;
  private boolean over;
  private int tries;

  /**
   * @param body null: it is streamed and can be sent once only
   */
  Exchange(Forwarding forwarding, HttpServerRequest request, Choice choice, @Nullable Buffer body) {
    this.forwarding = forwarding;
    this.request = request;
    this.choice = choice;
    this.body = body;
    this.left = new ArrayList<>(choice.endpoints());
  }

  /**
   * @param first who is asked first; empty: there is nobody
   */
  void begin(Optional<Endpoint> first) {
    var timeouts = forwarding.timeouts();
    hangTimer = forwarding.vertx().setTimer(timeouts.hang().toMillis(), t -> count(true));
    timeoutTimer =
        forwarding.vertx().setTimer(timeouts.timeout().toMillis(), t -> fail(504, "timeout"));
    request.response().closeHandler(v -> end(false));
    attempt(first);
  }

  private void attempt(Optional<Endpoint> next) {
    if (over) {
      return;
    }
    if (next.isEmpty() || tries == TRIES) {
      fail(tries == 0 ? 503 : 502, tries == 0 ? "no-endpoint" : "refused");
      return;
    }
    tries++;
    Endpoint chosen = next.get();
    left.remove(chosen);
    arrive(chosen);
    forwarding
        .client()
        .request(Forwarding.to(chosen, request))
        .onFailure(e -> attempt(forwarding.least(left)))
        .onSuccess(this::send);
  }

  private void arrive(Endpoint next) {
    if (at != null) {
      forwarding.ends(at);
    }
    at = next;
    forwarding.begins(next);
  }

  private void send(HttpClientRequest to) {
    if (over) {
      to.reset();
      return;
    }
    out = to;
    Forwarding.headers(request, to);
    if (body == null && request.getHeader("Content-Length") == null) {
      to.setChunked(true);
    }
    var answer = body != null ? to.send(body) : to.send(request);
    answer.onSuccess(this::answer).onFailure(e -> lost());
  }

  /** The connection broke before an answer: another try only where the request changes nothing. */
  private void lost() {
    boolean harmless =
        body != null
            && switch (request.method().name()) {
              case "GET", "HEAD", "OPTIONS" -> true;
              default -> false;
            };
    if (harmless && !over) {
      attempt(forwarding.least(left));
    } else {
      fail(502, "reset");
    }
  }

  private void answer(HttpClientResponse from) {
    if (over) {
      return;
    }
    HttpServerResponse to = request.response();
    to.setStatusCode(from.statusCode());
    from.headers()
        .forEach(
            h -> {
              if (Forwarding.endToEnd(h.getKey())) {
                to.headers().add(h.getKey(), h.getValue());
              }
            });
    if (at != null) {
      to.putHeader("X-Sluice-Set", at.set()).putHeader("X-Sluice-Pod", at.pod());
    }
    choice.sticky().ifPresent(cookie -> to.headers().add("Set-Cookie", cookie));
    if (from.getHeader("Content-Length") == null) {
      to.setChunked(true);
    }
    from.pipeTo(to).onComplete(done -> end(done.failed() || from.statusCode() >= 500));
  }

  private void fail(int status, String why) {
    if (over) {
      return;
    }
    HttpServerResponse to = request.response();
    if (to.headWritten()) {
      request.connection().close();
    } else {
      to.setStatusCode(status).putHeader("X-Sluice-Error", why);
      if (at != null) {
        to.putHeader("X-Sluice-Set", at.set());
      }
      to.end("The proxy could not get an answer: " + why + ".\n");
    }
    request.resume();
    end(true);
  }

  private void count(boolean bad) {
    if (!counted && at != null) {
      counted = true;
      forwarding.counts().ended(at.set(), bad);
    }
  }

  private void end(boolean bad) {
    if (over) {
      return;
    }
    over = true;
    forwarding.vertx().cancelTimer(hangTimer);
    forwarding.vertx().cancelTimer(timeoutTimer);
    count(bad);
    if (at != null) {
      forwarding.ends(at);
    }
    if (out != null && !request.response().ended()) {
      out.reset();
    }
  }
}
